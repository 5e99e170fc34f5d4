package dev.tailrace.ingest;

import dev.tailrace.contracts.event.OAuthEvent;
import dev.tailrace.contracts.event.OAuthEvent.Code;
import dev.tailrace.contracts.event.Problem;
import dev.tailrace.contracts.sealing.Sealing;
import dev.tailrace.contracts.token.Grant;
import jakarta.validation.constraints.NotBlank;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code secret.refresh}: a new token from the provider for one that has ended or soon will;
 * answers it, since the daemon that asks is about to use it.
 *
 * <p>The secret's row is locked for the length of the call, so two callers refresh once: the second
 * finds that the token is newer than its own call, and answers that. The call to the provider is
 * made within the transaction and ends after {@link ProviderCalls#LONGEST}: for so long, and no
 * longer, a database connection is held.
 *
 * <p>A refresh that has failed for good is done, not refused: a refused call is rolled back, and
 * the event that tells a person to connect again must stay. So it is the output that says {@code
 * failed}, with a code. A provider that is away has decided nothing: 503, and no event.
 *
 * <p>What can't be helped: when the provider has taken a refresh token for the last time and the
 * commit then fails, the new one is lost, and the next refresh is refused by the provider.
 */
final class SecretRefresh implements Procedure<SecretRefresh.Input, SecretRefresh.Output> {

  private static final Logger log = LoggerFactory.getLogger(SecretRefresh.class);

  /**
   * How long a call waits for another of the same secret: less than after which {@link
   * Transactions} takes the database for silent.
   */
  static final Duration PATIENCE = Duration.ofSeconds(9);

  private static final String LOCK_NOT_AVAILABLE = "55P03";

  private final Map<OAuthProvider, OAuthReadiness> readiness;
  private final Optional<Sealing> sealing;
  private final Optional<String> reauthPage;
  private final Duration patience;

  /**
   * @param reauthPage the platform's page on which a person connects again
   * @param patience how long it waits for another call of the same secret
   */
  SecretRefresh(
      Map<OAuthProvider, OAuthReadiness> readiness,
      Optional<Sealing> sealing,
      Optional<String> reauthPage,
      Duration patience) {
    this.readiness = Map.copyOf(readiness);
    this.sealing = sealing;
    this.reauthPage = reauthPage;
    this.patience = patience;
  }

  /** Which one. */
  record Input(@NotBlank String secretId) {}

  /**
   * What came of it.
   *
   * @param outcome {@code refreshed} or {@code failed}
   * @param code why it failed, for good
   * @param expiresAt when the new token ends; absent when it does not
   * @param accessToken the new token
   * @param reauthUrl where a person connects again; names the secret and lets nobody in by itself
   */
  record Output(
      String outcome,
      String secretId,
      Optional<Code> code,
      Optional<Instant> expiresAt,
      Optional<String> accessToken,
      Optional<String> reauthUrl) {

    /** Leaves the token out. */
    @Override
    public String toString() {
      return "Output[%s %s %s %s]".formatted(outcome, secretId, code, expiresAt);
    }
  }

  @Override
  public String name() {
    return "secret.refresh";
  }

  @Override
  public String summary() {
    return "Gets a fresh token for a stored secret; of several at once, one asks the provider.";
  }

  @Override
  public Class<Input> input() {
    return Input.class;
  }

  @Override
  public Class<Output> output() {
    return Output.class;
  }

  @Override
  public Set<Grant.Kind> callers() {
    return Set.of(Grant.Kind.PLATFORM, Grant.Kind.DAEMON);
  }

  @Override
  public Set<String> secrets() {
    return Set.of("accessToken");
  }

  @Override
  public Result<Output> call(Call call, Input input) throws SQLException {
    if (sealing.isEmpty()) {
      return new Result.Refused<>(
          409, "OAuth is not set up", List.of(new Problem("", "INGEST_SEALING_KEYS is not set")));
    }
    try {
      Scope scope = scope(call);
      Optional<Secrets.Row> row =
          Secrets.lock(call.connection(), input.secretId(), patience).filter(scope::covers);
      return row.isPresent()
          ? refresh(call, row.get(), sealing.get())
          : notFound(call, scope, input.secretId());
    } catch (SQLException e) {
      if (LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
        return new Result.Refused<>(503, "the secret is being refreshed; call again", List.of());
      }
      throw e;
    }
  }

  /**
   * What the caller may refresh.
   *
   * @param projectId the only project, for a daemon
   * @param tenantId the only tenant
   */
  private record Scope(Caller caller, Optional<String> projectId, Optional<String> tenantId) {

    boolean covers(Secrets.Row row) {
      return switch (caller.kind()) {
        case PLATFORM -> caller.mayActFor(row.organizationId());
        case DAEMON -> projectId.filter(row.projectId()::equals).isPresent();
        case PUBLISHER -> false;
      };
    }
  }

  /** A daemon acts for the project of its machine, while that serves it. */
  private static Scope scope(Call call) throws SQLException {
    Caller caller = call.caller();
    if (caller.machineId().isEmpty()) {
      return new Scope(caller, Optional.empty(), caller.tenantId());
    }
    try (PreparedStatement select =
        call.connection()
            .prepareStatement(
                """
                select p.id, p.organization_id from machine m join project p on p.id = m.project_id
                where m.id = ? and m.state in ('starting', 'active')""")) {
      select.setString(1, caller.machineId().get());
      try (ResultSet row = select.executeQuery()) {
        return row.next()
            ? new Scope(caller, Optional.of(row.getString(1)), Optional.of(row.getString(2)))
            : new Scope(caller, Optional.empty(), caller.tenantId());
      }
    }
  }

  /** A secret of others is as unknown to the caller as one that is not there. */
  private static Result<Output> notFound(Call call, Scope scope, String secretId)
      throws SQLException {
    String tenant = scope.tenantId().orElse(Call.PLATFORM);
    call.emit(
        tenant,
        new OAuthEvent.TokenFailed(
            secretId, Optional.empty(), Optional.empty(), Code.SECRET_NOT_FOUND, Optional.empty()));
    return failed(tenant, secretId, Code.SECRET_NOT_FOUND, Optional.empty());
  }

  private Result<Output> refresh(Call call, Secrets.Row row, Sealing keys) throws SQLException {
    if (row.failedMeanwhile().isPresent()) {
      return failed(row.organizationId(), row.id(), row.failedMeanwhile().get(), reauthUrl(row));
    }
    if (row.renewedMeanwhile()) {
      Optional<String> token = row.token(keys);
      return token.isPresent() ? refreshed(row, token.get(), row.expiresAt()) : notOpened(row);
    }
    if (row.provider().isEmpty() || (row.expiresAt().isEmpty() && row.sealedRefresh().isEmpty())) {
      return fail(call, row, Code.NOT_REFRESHABLE, "nothing to refresh it with");
    }
    if (row.sealedRefresh().isEmpty()) {
      return fail(call, row, Code.NO_REFRESH_TOKEN, "no refresh token");
    }
    Optional<String> refreshToken =
        keys.open(row.sealedRefresh().get(), Secrets.refreshOf(row.id()));
    if (refreshToken.isEmpty()) {
      return notOpened(row);
    }
    return switch (Optional.ofNullable(readiness.get(row.provider().get())).orElseThrow()) {
      case OAuthReadiness.Missing missing -> missing.refused();
      case OAuthReadiness.Ready ready ->
          switch (ready.server().refresh(row.connector(), refreshToken.get())) {
            case Granted.Given<Token>(Token token) ->
                renew(call, row, keeping(token, refreshToken.get()), keys);
            case Granted.Refused<Token>(String error) ->
                fail(call, row, Code.REFRESH_FAILED, error);
            case Granted.Unavailable<Token>(String reason) -> {
              told(row, reason);
              yield new Result.Refused<>(
                  503, "the provider can't be asked now; call again", List.of());
            }
          };
    };
  }

  /** Google gives no new refresh token: the old one stays, sealed anew with the key of now. */
  private static Token keeping(Token token, String refreshToken) {
    return token.refresh().isPresent()
        ? token
        : new Token(token.connector(), token.access(), Optional.of(refreshToken), token.lifetime());
  }

  private static Result<Output> renew(Call call, Secrets.Row row, Token token, Sealing keys)
      throws SQLException {
    Secrets.renew(call.connection(), row.id(), token, keys, call.now());
    Optional<Instant> expiresAt = token.lifetime().map(call.now()::plus);
    call.emit(
        row.organizationId(),
        new OAuthEvent.TokenRefreshed(row.id(), row.connector(), row.projectId(), expiresAt));
    return refreshed(row, token.access(), expiresAt);
  }

  private static Result<Output> refreshed(
      Secrets.Row row, String token, Optional<Instant> expiresAt) {
    return new Result.Done<>(
        row.organizationId(),
        "secret",
        row.id(),
        new Output(
            "refreshed",
            row.id(),
            Optional.empty(),
            expiresAt,
            Optional.of(token),
            Optional.empty()));
  }

  private Result<Output> fail(Call call, Secrets.Row row, Code code, String reason)
      throws SQLException {
    told(row, code + ", " + reason);
    Secrets.fail(call.connection(), row.id(), code);
    call.emit(
        row.organizationId(),
        new OAuthEvent.TokenFailed(
            row.id(),
            Optional.of(row.connector()),
            Optional.of(row.projectId()),
            code,
            reauthUrl(row)));
    return failed(row.organizationId(), row.id(), code, reauthUrl(row));
  }

  private static Result<Output> failed(
      String tenant, String secretId, Code code, Optional<String> reauthUrl) {
    return new Result.Done<>(
        tenant,
        "secret",
        secretId,
        new Output(
            "failed", secretId, Optional.of(code), Optional.empty(), Optional.empty(), reauthUrl));
  }

  /**
   * An instance with other keys than that which has sealed it; the event would be a false alarm.
   */
  private static Result<Output> notOpened(Secrets.Row row) {
    told(row, "it can't be opened with the keys of this instance");
    return new Result.Refused<>(
        503, "the secret can't be opened with the keys that are set", List.of());
  }

  private Optional<String> reauthUrl(Secrets.Row row) {
    return reauthPage.map(
        page ->
            page
                + (page.contains("?") ? "&" : "?")
                + "secret="
                + URLEncoder.encode(row.id(), StandardCharsets.UTF_8));
  }

  private static void told(Secrets.Row row, String reason) {
    log.atWarn()
        .addKeyValue("tenant", row.organizationId())
        .addKeyValue("secret", row.id())
        .addKeyValue("connector", row.connector())
        .addKeyValue("reason", reason)
        .log("not refreshed");
  }
}
