package dev.tailrace.standins;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * The pages that a person is sent to, without the person: each sends the browser back at once. What
 * a provider would show as an error instead of sending the browser anywhere is a 400 here.
 */
final class OAuthPages {

  private final OAuthPeople people;
  private final OAuthCodes codes;

  OAuthPages(OAuthPeople people, OAuthCodes codes) {
    this.people = people;
    this.codes = codes;
  }

  Reply.Answer answer(OAuthManner manner, Request request) {
    Map<String, String> query = OAuthForm.read(request.query());
    String redirectUri = OAuthForm.text(query, "redirect_uri");
    if (!OAuthForm.text(query, "client_id").equals(OAuthStandIn.CLIENT_ID)) {
      return shown("This client is not known.");
    }
    if (!isAbsolute(redirectUri)) {
      return shown("The redirect_uri is none.");
    }
    Optional<String> missing = manner.missing(query);
    if (missing.isPresent()) {
      return shown("This is missing or wrong: " + missing.get());
    }
    boolean challenged = query.containsKey("code_challenge");
    if (challenged && !OAuthForm.text(query, "code_challenge_method").equals("S256")) {
      return shown("The code_challenge_method must be S256.");
    }
    String answer =
        people.agrees() ? "code=" + code(manner, query, redirectUri) : "error=access_denied";
    String state =
        query.containsKey("state") ? "&state=" + encode(OAuthForm.text(query, "state")) : "";
    return new Reply.Answer(
        302,
        Map.of("Location", redirectUri + (redirectUri.contains("?") ? "&" : "?") + answer + state),
        Body.empty());
  }

  private String code(OAuthManner manner, Map<String, String> query, String redirectUri) {
    return encode(
        codes.give(
            new OAuthCodes.Code(
                manner.provider(),
                people.account(manner.provider()),
                redirectUri,
                OAuthForm.text(query, "scope"),
                OAuthForm.text(query, "user_scope"),
                Optional.ofNullable(query.get("code_challenge")),
                OAuthForm.text(query, "access_type").equals("offline")
                    && OAuthForm.text(query, "prompt").equals("consent"),
                codes.until())));
  }

  private static boolean isAbsolute(String text) {
    try {
      return URI.create(text).getHost() != null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static Reply.Answer shown(String text) {
    return new Reply.Answer(
        400, Map.of("Content-Type", "text/plain; charset=utf-8"), Body.of(text + "\n"));
  }
}
