package dev.tailrace.standins;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The paths of the three providers, and which of them they are. */
final class OAuthApi implements Provider {

  private final List<OAuthManner> manners;
  private final OAuthPages pages;
  private final OAuthCodes codes;
  private final OAuthTokens tokens;

  OAuthApi(OAuthPeople people, OAuthCodes codes, OAuthTokens tokens) {
    this.manners = List.of(new SlackManner(), new GithubManner(), new GoogleManner());
    this.pages = new OAuthPages(people, codes);
    this.codes = codes;
    this.tokens = tokens;
  }

  @Override
  public Reply answer(Request request, Runnable midway) {
    try {
      for (OAuthManner manner : manners) {
        if (request.is("GET", manner.page())) {
          return pages.answer(manner, request);
        }
        if (request.is("POST", manner.token())) {
          return token(manner, request);
        }
        if (request.is("GET", manner.whoAmI())) {
          return whoAmI(manner, request);
        }
      }
    } catch (IllegalArgumentException e) {
      return problem(400, "badly_encoded");
    }
    return problem(404, "not_found");
  }

  @Override
  public Reply.Answer failure(Request request, int status, Optional<String> code) {
    return problem(status, code.orElse("temporarily_unavailable"));
  }

  private Reply.Answer token(OAuthManner manner, Request request) {
    Map<String, String> form = OAuthForm.read(request.body().text());
    if (!OAuthForm.text(form, "client_id").equals(OAuthStandIn.CLIENT_ID)
        || !BasicCredentials.same(
            OAuthForm.text(form, "client_secret"), OAuthStandIn.CLIENT_SECRET)) {
      return manner.refuse(OAuthManner.Refusal.CLIENT, request);
    }
    String grant = OAuthForm.text(form, "grant_type");
    if (grant.equals("refresh_token")) {
      return tokens
          .refresh(manner.provider(), OAuthForm.text(form, "refresh_token"))
          .map(pair -> manner.refreshed(pair, request))
          .orElseGet(() -> manner.refuse(OAuthManner.Refusal.REFRESH_TOKEN, request));
    }
    if (!grant.equals("authorization_code") && !(grant.isEmpty() && !manner.namesGrant())) {
      return manner.refuse(OAuthManner.Refusal.GRANT_TYPE, request);
    }
    return switch (codes.show(
        manner.provider(),
        OAuthForm.text(form, "code"),
        Optional.ofNullable(form.get("redirect_uri")),
        Optional.ofNullable(form.get("code_verifier")))) {
      case OAuthCodes.Shown.Good(OAuthCodes.Code code) -> manner.given(code, tokens, request);
      case OAuthCodes.Shown.Unknown _ -> manner.refuse(OAuthManner.Refusal.CODE, request);
      case OAuthCodes.Shown.OtherRedirect _ -> manner.refuse(OAuthManner.Refusal.REDIRECT, request);
      case OAuthCodes.Shown.OtherVerifier _ -> manner.refuse(OAuthManner.Refusal.VERIFIER, request);
    };
  }

  private Reply.Answer whoAmI(OAuthManner manner, Request request) {
    Optional<OAuthTokens.Owner> owner =
        request
            .header("Authorization")
            .filter(text -> text.regionMatches(true, 0, "Bearer ", 0, 7))
            .flatMap(text -> tokens.owner(text.substring(7).strip()))
            .filter(found -> found.provider().equals(manner.provider()));
    return owner
        .map(found -> manner.told(found.account(), request))
        .orElseGet(() -> problem(401, "invalid_token"));
  }

  private static Reply.Answer problem(int status, String code) {
    return Reply.Answer.json(status, Json.object().put("ok", false).put("error", code));
  }
}
