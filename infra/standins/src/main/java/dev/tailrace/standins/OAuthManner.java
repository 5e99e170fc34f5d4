package dev.tailrace.standins;

import java.util.Map;
import java.util.Optional;

/** In what a provider's OAuth differs from the others': its paths and the shape of its answers. */
interface OAuthManner {

  /** Why no token is given. */
  enum Refusal {
    CLIENT,
    GRANT_TYPE,
    CODE,
    REDIRECT,
    VERIFIER,
    REFRESH_TOKEN
  }

  String provider();

  /** The path of the page that a person is sent to. */
  String[] page();

  /** The path of the tokens. */
  String[] token();

  /** The path that says whose a token is. */
  String[] whoAmI();

  /** Whether {@code grant_type} must be given with a code too. */
  boolean namesGrant();

  /** What the page's query lacks, if anything. */
  Optional<String> missing(Map<String, String> query);

  Reply.Answer given(OAuthCodes.Code code, OAuthTokens tokens, Request request);

  Reply.Answer refreshed(OAuthTokens.Pair pair, Request request);

  Reply.Answer refuse(Refusal refusal, Request request);

  Reply.Answer told(OAuthAccount account, Request request);
}
