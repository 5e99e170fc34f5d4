package dev.tailrace.standins;

import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/**
 * Stands for the OAuth of Slack, GitHub and Google: the pages that a person is sent to, the tokens,
 * and who it was.
 *
 * <p>All three are on one port, on their own paths, and know one client, {@link #CLIENT_ID}. A page
 * sends the browser back at once, as if there were a person who always agrees; see {@link #deny}.
 */
public final class OAuthStandIn implements StandIn {

  /** The client id that it knows. */
  public static final String CLIENT_ID = "standin-client";

  /** The secret of that client. */
  public static final String CLIENT_SECRET = "not-a-secret";

  private final OAuthPeople people = new OAuthPeople();
  private final OAuthTokens tokens;
  private final FrontDoor door;

  private OAuthStandIn(int port, Clock clock) {
    tokens = new OAuthTokens(clock);
    door = FrontDoor.open(port, clock, new OAuthApi(people, new OAuthCodes(clock), tokens));
  }

  /** Starts on a port, 0 for a free one. The clock ends codes after ten minutes, and tokens. */
  public static OAuthStandIn start(int port, Clock clock) {
    return new OAuthStandIn(port, clock);
  }

  /** Who agrees from now on at Slack: the workspace, its id and its name. */
  public void slackTeam(String id, String name) {
    people.account("slack", id, name);
  }

  /** Who agrees from now on at GitHub: a number, and the login. */
  public void githubUser(long id, String login) {
    people.account("github", Long.toString(id), login);
  }

  /** Who agrees from now on at Google: the subject, and the address. */
  public void googleUser(String subject, String email) {
    people.account("google", subject, email);
  }

  /** The person says no from now on, everywhere. */
  public void deny() {
    people.agree(false);
  }

  /** The person agrees again. */
  public void agree() {
    people.agree(true);
  }

  /**
   * How long the tokens of Slack and GitHub are good for from now on; empty for those that do not
   * end and come without a refresh token. Twelve hours at the start; Google's is always an hour.
   */
  public void lifetime(Optional<Duration> lifetime) {
    tokens.lifetime(lifetime);
  }

  /** Takes every refresh token back, as a person does who removes the app. */
  public void revoke() {
    tokens.revoke();
  }

  /** How many tokens were given out by refreshing. */
  public long refreshes() {
    return tokens.refreshes();
  }

  /** Whether an access token is one that was given out and has not ended. */
  public boolean accepts(String accessToken) {
    return tokens.owner(accessToken).isPresent();
  }

  @Override
  public int port() {
    return door.port();
  }

  @Override
  public Faults faults() {
    return door.faults();
  }

  @Override
  public ReceivedRequests requests() {
    return door.received();
  }

  @Override
  public void close() {
    door.close();
  }
}
