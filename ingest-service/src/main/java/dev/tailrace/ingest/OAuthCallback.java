package dev.tailrace.ingest;

import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Clock;
import java.util.HexFormat;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code GET /oauth/<provider>/callback}: a browser comes back from a provider, with a code or an
 * error.
 *
 * <p>In this order: the state's row is read and deleted, so that it works once whatever comes of
 * it; the browser is checked against it; the code is exchanged, once, with no database connection
 * held; connection, tokens and event are committed together. Whatever fails, the way begins again
 * at the platform: 400 for a state that is spent or a code that the provider does not take, 403 for
 * another browser or user, 409 for a workspace of another project, 502 for a provider that is away,
 * 503 for us.
 */
final class OAuthCallback implements Endpoint {

  private static final Logger log = LoggerFactory.getLogger(OAuthCallback.class);

  /** A browser's GET has no body. */
  private static final int BODY_LIMIT = 1024;

  private static final int LONGEST_CODE = 4096;
  private static final String AGAIN = " Go back to the page that you came from, and start again.";

  private final OAuthProvider provider;
  private final OAuthReadiness readiness;
  private final Transactions transactions;
  private final Connections connections;
  private final Clock clock;
  private final SecureRandom references = new SecureRandom();

  OAuthCallback(
      OAuthProvider provider,
      OAuthReadiness readiness,
      Transactions transactions,
      Connections connections,
      Clock clock) {
    this.provider = provider;
    this.readiness = readiness;
    this.transactions = transactions;
    this.connections = connections;
    this.clock = clock;
  }

  static String route(OAuthProvider provider) {
    return "/oauth/" + provider.id() + "/callback";
  }

  @Override
  public Method method() {
    return Method.GET;
  }

  @Override
  public String route() {
    return route(provider);
  }

  @Override
  public int bodyLimit() {
    return BODY_LIMIT;
  }

  @Override
  public Optional<Answer> refusal(Headers headers) {
    return switch (readiness) {
      case OAuthReadiness.Ready _ -> Optional.empty();
      case OAuthReadiness.Missing missing ->
          Optional.of(
              failed(
                  503,
                  missing.reason(),
                  "Whoever runs this service has to set it up first.",
                  String.join(", ", missing.settings()) + " not set"));
    };
  }

  @Override
  public Answer tooLarge() {
    return Answer.problem(413, "the body is too large");
  }

  @Override
  public Answer answer(Request request) {
    return switch (readiness) {
      case OAuthReadiness.Missing _ -> refusal(request.headers()).orElseThrow();
      case OAuthReadiness.Ready ready -> {
        try {
          yield answer(ready, request);
        } catch (SQLException e) {
          yield failed(
              503,
              "This did not work just now",
              provider.title() + " could not be connected because of a disturbance here." + AGAIN,
              "the database is away, SQL state " + e.getSQLState());
        } catch (RuntimeException e) {
          log.atError().setCause(e).addKeyValue("route", route()).log("a bug");
          yield failed(
              500,
              "This did not work",
              "The error is ours, and it was noted." + AGAIN,
              e.getClass().getSimpleName());
        }
      }
    };
  }

  private Answer answer(OAuthReadiness.Ready ready, Request request) throws SQLException {
    Optional<String> state = request.parameter("state").filter(OAuthStates::isState);
    Optional<OAuthStates.Row> row =
        state.isPresent()
            ? transactions.run(c -> OAuthStates.take(c, provider, state.get()))
            : Optional.empty();
    if (row.isEmpty() || !clock.instant().isBefore(row.get().expiresAt())) {
      return failed(
          400,
          "This link can't be used any more",
          "It works once, within ten minutes." + AGAIN,
          row.isEmpty() ? "unknown state" : "expired state");
    }
    var cookie = new BrowserCookie(provider, ready.publicUrl());
    if (!cookie.isIn(request.headers(), row.get(), state.orElseThrow())) {
      return failed(
          403,
          "This link belongs to another browser",
          "Or somebody else has signed in here meanwhile." + AGAIN,
          "the cookie is not that of the state");
    }
    // Only now: a made-up link must not take the cookie of a way that is still being gone.
    return fromItsBrowser(ready, row.get(), state.get(), request)
        .with("Set-Cookie", cookie.clear());
  }

  private Answer fromItsBrowser(
      OAuthReadiness.Ready ready, OAuthStates.Row row, String state, Request request)
      throws SQLException {
    Optional<String> verifier =
        ready.sealing().open(row.sealedVerifier(), OAuthStates.verifierOf(state));
    if (verifier.isEmpty()) {
      return failed(
          503,
          "This did not work just now",
          "Something here was changed while you were away." + AGAIN,
          "the verifier can't be opened with the keys of this instance");
    }
    Optional<String> code =
        request
            .parameter("code")
            .filter(text -> !text.isBlank() && text.length() <= LONGEST_CODE)
            .filter(_ -> !request.query().containsKey("error"));
    return code.isPresent()
        ? connect(ready, row.journey(), code.get(), verifier.get(), request.headers())
        : withoutCode(request);
  }

  /** The provider's own refusal: nearly always the person's, who has thought better of it. */
  private Answer withoutCode(Request request) {
    return request.parameter("error").filter("access_denied"::equals).isPresent()
        ? failed(
            400,
            provider.title() + " was not connected",
            "You did not allow it. Nothing was changed." + AGAIN,
            "access_denied")
        : failed(
            400,
            provider.title() + " was not connected",
            provider.title() + " did not allow it. Nothing was changed." + AGAIN,
            "no code");
  }

  private Answer connect(
      OAuthReadiness.Ready ready,
      OAuthStates.Journey journey,
      String code,
      String verifier,
      Headers headers)
      throws SQLException {
    return switch (ready.server().exchange(code, verifier, ready.redirectUri())) {
      case Granted.Refused<ConnectedAccount>(String error) ->
          failed(
              400,
              provider.title() + " was not connected",
              provider.title() + " did not accept the answer that your browser brought." + AGAIN,
              "the exchange was refused: " + error);
      case Granted.Unavailable<ConnectedAccount>(String reason) ->
          failed(
              502,
              provider.title() + " could not be reached",
              provider.title() + " did not answer as it should." + AGAIN,
              "the exchange failed: " + reason);
      case Granted.Given<ConnectedAccount>(ConnectedAccount account) ->
          store(ready, journey, account, headers);
    };
  }

  private Answer store(
      OAuthReadiness.Ready ready,
      OAuthStates.Journey journey,
      ConnectedAccount account,
      Headers headers)
      throws SQLException {
    return switch (connections.store(
        journey, account, ready.sealing(), clock.instant(), Traceparent.of(headers))) {
      case Connections.Stored.Connected connected -> {
        log.atInfo()
            .addKeyValue("provider", provider.id())
            .addKeyValue("tenant", connected.tenantId())
            .addKeyValue("connection", connected.connectionId())
            .log("connected");
        yield journey
            .redirect()
            .map(path -> Answer.redirect(ready.publicUrl() + path))
            .orElseGet(() -> OAuthPage.connected(provider).answer());
      }
      // The tokens are not revoked: they may be the very ones that the other project works with.
      case Connections.Stored.OtherProject _ ->
          failed(
              409,
              "This workspace is connected to another project",
              "A "
                  + provider.title()
                  + " workspace can be connected to one project at a time. "
                  + "Disconnect it there first, or choose another workspace.",
              "the workspace belongs to another project");
    };
  }

  /**
   * @param reason for the log; holds nothing of the request
   */
  private Answer failed(int status, String title, String text, String reason) {
    byte[] bytes = new byte[5];
    references.nextBytes(bytes);
    String reference = HexFormat.of().formatHex(bytes);
    log.atWarn()
        .addKeyValue("provider", provider.id())
        .addKeyValue("status", status)
        .addKeyValue("reference", reference)
        .addKeyValue("reason", reason)
        .log("not connected");
    return new OAuthPage(status, title, text, Optional.of(reference)).answer();
  }
}
