package dev.tailrace.ingest;

import java.net.URI;

/**
 * One provider's side of OAuth. Whatever it answers over HTTP, and however it words an error, is a
 * {@link Granted} here.
 */
interface AuthorizationServer {

  OAuthProvider provider();

  /**
   * Where a person is sent to.
   *
   * @param challenge PKCE's, S256 of the verifier
   */
  URI authorize(String state, String challenge, String redirectUri);

  /**
   * Exchanges a code, which works once; asks who it is, where the answer does not say.
   *
   * @param verifier what the challenge was made from
   * @param redirectUri the one that the person was sent with
   */
  Granted<ConnectedAccount> exchange(String code, String verifier, String redirectUri);

  /**
   * Asks for a new token.
   *
   * @param connector the token's, see {@link Token#connector}
   */
  Granted<Token> refresh(String connector, String refreshToken);
}
