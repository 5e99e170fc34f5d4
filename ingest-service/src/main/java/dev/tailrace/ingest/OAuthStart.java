package dev.tailrace.ingest;

import dev.tailrace.contracts.event.Problem;
import dev.tailrace.contracts.token.Grant;
import jakarta.validation.constraints.NotBlank;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * {@code oauth.start}: a person of the platform wants to connect a project; answers where to send
 * their browser, and the cookie that the platform's web tier sets in it before.
 *
 * <p>Both are good for one way there and back, within {@link OAuthStates#LIFETIME}.
 */
final class OAuthStart implements Procedure<OAuthStart.Input, OAuthStart.Output> {

  private final Map<OAuthProvider, OAuthReadiness> readiness;

  OAuthStart(Map<OAuthProvider, OAuthReadiness> readiness) {
    this.readiness = Map.copyOf(readiness);
  }

  /**
   * What is asked for.
   *
   * @param provider {@code slack}, {@code github} or {@code google}
   * @param userId who does it, as the platform knows them
   * @param redirect a path of the platform to bring the browser back to; without it a page says
   *     that it is done
   */
  record Input(
      @NotBlank String provider,
      @NotBlank String projectId,
      @NotBlank String userId,
      Optional<String> redirect) {}

  /**
   * What is answered; both are secret.
   *
   * @param url where to send the browser
   * @param cookie the text of a Set-Cookie header, to be passed on as it is
   */
  record Output(String url, String cookie) {

    /** Leaves both out. */
    @Override
    public String toString() {
      return "Output[url and cookie left out]";
    }
  }

  @Override
  public String name() {
    return "oauth.start";
  }

  @Override
  public String summary() {
    return "Sends a person to a provider to connect a project; answers the address and the cookie that binds the browser.";
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
    return Set.of(Grant.Kind.PLATFORM);
  }

  @Override
  public Set<String> secrets() {
    return Set.of("url", "cookie");
  }

  @Override
  public Result<Output> call(Call call, Input input) throws SQLException {
    Optional<OAuthProvider> provider = OAuthProvider.of(input.provider());
    List<Problem> problems = problems(input);
    if (provider.isEmpty() || !problems.isEmpty()) {
      return new Result.Refused<>(422, "the input can't be taken", problems);
    }
    return switch (Optional.ofNullable(readiness.get(provider.get())).orElseThrow()) {
      case OAuthReadiness.Missing missing -> missing.refused();
      case OAuthReadiness.Ready ready -> {
        Optional<String> tenant = tenant(call, input.projectId()).filter(call.caller()::mayActFor);
        yield tenant.isPresent()
            ? new Result.Done<>(
                tenant.get(), "project", input.projectId(), begin(call, ready, input))
            : new Result.Refused<>(
                404, "there is no such project", List.of(new Problem("/projectId", "is unknown")));
      }
    };
  }

  private static List<Problem> problems(Input input) {
    var problems = new ArrayList<Problem>();
    if (OAuthProvider.of(input.provider()).isEmpty()) {
      problems.add(
          new Problem(
              "/provider",
              "must be one of "
                  + Arrays.stream(OAuthProvider.values())
                      .map(OAuthProvider::id)
                      .collect(Collectors.joining(", "))));
    }
    if (input.redirect().filter(path -> !OAuthStates.isReturnPath(path)).isPresent()) {
      problems.add(
          new Problem(
              "/redirect", "must be a path of the platform such as /settings, percent-encoded"));
    }
    return problems;
  }

  private static Output begin(Call call, OAuthReadiness.Ready ready, Input input)
      throws SQLException {
    OAuthProvider provider = ready.server().provider();
    var journey =
        new OAuthStates.Journey(provider, input.projectId(), input.userId(), input.redirect());
    String state = OAuthSecrets.draw();
    String browser = OAuthSecrets.draw();
    String verifier = OAuthSecrets.draw();
    OAuthStates.forgetExpired(call.connection(), call.now());
    OAuthStates.keep(
        call.connection(),
        journey,
        state,
        browser,
        ready.sealing().seal(verifier, OAuthStates.verifierOf(state)),
        call.now());
    return new Output(
        ready
            .server()
            .authorize(state, OAuthSecrets.challenge(verifier), ready.redirectUri())
            .toString(),
        new BrowserCookie(provider, ready.publicUrl()).set(journey, state, browser));
  }

  private static Optional<String> tenant(Call call, String projectId) throws SQLException {
    try (PreparedStatement select =
        call.connection().prepareStatement("select organization_id from project where id = ?")) {
      select.setString(1, projectId);
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
      }
    }
  }
}
