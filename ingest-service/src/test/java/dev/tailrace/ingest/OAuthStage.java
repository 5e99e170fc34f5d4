package dev.tailrace.ingest;

import dev.tailrace.contracts.outbox.Database;
import dev.tailrace.contracts.sealing.SealedText;
import dev.tailrace.contracts.sealing.Sealing;
import dev.tailrace.contracts.sealing.SealingKeys;
import dev.tailrace.contracts.token.Grant;
import dev.tailrace.standins.OAuthStandIn;
import dev.tailrace.testkit.SettableClock;
import dev.tailrace.testkit.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** OAuth on a database of its own, with the providers' stand-in and the public port open. */
final class OAuthStage implements AutoCloseable {

  static final String ORGANIZATION = "org_1";
  static final String PROJECT = "prj_1";
  static final String OTHER_PROJECT = "prj_2";
  static final String USER = "usr_1";
  static final String PLATFORM = "https://app.example.com";

  private static final Caller PLATFORM_CALLER =
      new Caller(Grant.Kind.PLATFORM, "tok_1", Optional.empty(), Optional.empty());

  private final TestDatabase database = TestDatabase.create();
  private final SettableClock clock = new SettableClock();
  private final OAuthStandIn standIn = OAuthStandIn.start(0, clock);
  private final SlowSenders slowSenders = new SlowSenders(clock);
  private final HttpClient http = HttpClient.newHttpClient();
  private final Transactions transactions;
  private final String keyset;
  private final OAuth oauth;
  private final PublicServer server;

  OAuthStage() throws SQLException {
    Database.migrate(database.dataSource());
    database.execute("insert into organization (id, name, slug) values ('org_1', 'One', 'one')");
    database.execute(
        """
        insert into project (id, organization_id, name, slug)
        values ('prj_1', 'org_1', 'First', 'first'), ('prj_2', 'org_1', 'Second', 'second')""");
    transactions = new Transactions(database.dataSource());
    keyset = SealingKeys.fresh();
    oauth = new OAuth(settings(Sealing.read(keyset)), transactions, clock);
    server =
        PublicServer.open(
            "127.0.0.1",
            0,
            oauth.callbacks(),
            new Reception(new Gate(64, 4, 64 << 20)),
            slowSenders,
            new SimpleMeterRegistry());
  }

  /** Where a browser was sent, and with which cookie. */
  record Departure(OAuthProvider provider, String url, String cookie) {

    /** As the browser sends it. */
    String sent() {
      return cookie.substring(0, cookie.indexOf(';'));
    }
  }

  TestDatabase database() {
    return database;
  }

  SettableClock clock() {
    return clock;
  }

  OAuthStandIn standIn() {
    return standIn;
  }

  String keyset() {
    return keyset;
  }

  Transactions transactions() {
    return transactions;
  }

  OAuthSettings settings(Optional<Sealing> sealing) {
    return settings(sealing, OAuthStandIn.CLIENT_SECRET);
  }

  OAuthSettings settings(Optional<Sealing> sealing, String clientSecret) {
    Map<OAuthProvider, OAuthSettings.Client> clients = new EnumMap<>(OAuthProvider.class);
    for (OAuthProvider provider : OAuthProvider.values()) {
      clients.put(
          provider,
          new OAuthSettings.Client(
              Optional.of(OAuthStandIn.CLIENT_ID),
              Optional.of(clientSecret),
              List.of(provider == OAuthProvider.SLACK ? "chat:write" : "email"),
              provider == OAuthProvider.SLACK ? List.of("users:read") : List.of(),
              true,
              standIn.url(),
              standIn.url()));
    }
    return new OAuthSettings(sealing, Optional.of(PLATFORM), "/settings/connections", clients);
  }

  /** As the platform calls it. */
  Departure start(OAuthProvider provider, String project, String user, Optional<String> redirect)
      throws SQLException {
    Result<OAuthStart.Output> result =
        call(
            oauth.procedures(),
            "oauth.start",
            PLATFORM_CALLER,
            new OAuthStart.Input(provider.id(), project, user, redirect),
            OAuthStart.Output.class);
    var done = (Result.Done<OAuthStart.Output>) result;
    return new Departure(provider, done.output().url(), done.output().cookie());
  }

  Departure start(OAuthProvider provider) throws SQLException {
    return start(provider, PROJECT, USER, Optional.empty());
  }

  Result<SecretRefresh.Output> refresh(String secretId) throws SQLException {
    return refresh(oauth, PLATFORM_CALLER, secretId);
  }

  Result<SecretRefresh.Output> refresh(Caller caller, String secretId) throws SQLException {
    return refresh(oauth, caller, secretId);
  }

  /** With another set-up, such as other keys. */
  Result<SecretRefresh.Output> refresh(OAuthSettings settings, String secretId)
      throws SQLException {
    try (var other = new OAuth(settings, transactions, clock)) {
      return refresh(other, PLATFORM_CALLER, secretId);
    }
  }

  private Result<SecretRefresh.Output> refresh(OAuth with, Caller caller, String secretId)
      throws SQLException {
    return call(
        with.procedures(),
        "secret.refresh",
        caller,
        new SecretRefresh.Input(secretId),
        SecretRefresh.Output.class);
  }

  private <O extends Record> Result<O> call(
      List<Procedure<?, ?>> procedures, String name, Caller caller, Record input, Class<O> output)
      throws SQLException {
    Procedure<?, ?> procedure =
        procedures.stream().filter(one -> one.name().equals(name)).findFirst().orElseThrow();
    if (!procedure.output().equals(output)) {
      throw new IllegalArgumentException(name + " answers " + procedure.output());
    }
    @SuppressWarnings("unchecked")
    var fitting = (Procedure<Record, O>) procedure;
    return run(fitting, caller, input);
  }

  /** Runs a procedure in a transaction of its own, as its endpoint would: a refusal is undone. */
  <I extends Record, O extends Record> Result<O> run(
      Procedure<I, O> procedure, Caller caller, I input) throws SQLException {
    return transactions.run(
        connection -> {
          Result<O> result =
              procedure.call(
                  new Call(connection, caller, clock.instant(), Optional.empty()), input);
          if (result instanceof Result.Refused<O>) {
            connection.rollback();
          }
          return result;
        });
  }

  /** Goes to the provider's page; answers where it sends the browser, on our port. */
  String agree(Departure departure) throws IOException, InterruptedException {
    HttpResponse<String> page =
        http.send(
            HttpRequest.newBuilder(URI.create(departure.url())).build(),
            HttpResponse.BodyHandlers.ofString());
    String location =
        page.headers()
            .firstValue("Location")
            .orElseThrow(() -> new IllegalStateException(page.statusCode() + " " + page.body()));
    return location.substring(PLATFORM.length());
  }

  /** Comes back to us. */
  HttpResponse<String> comeBack(String path, String cookie)
      throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
            .header("Cookie", "theme=dark; " + cookie)
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  /** The whole way there and back. */
  HttpResponse<String> connect(Departure departure) throws IOException, InterruptedException {
    return comeBack(agree(departure), departure.sent());
  }

  /** Connects the first project, and answers the ids of the secrets that came of it. */
  List<String> connected(OAuthProvider provider) throws Exception {
    HttpResponse<String> answer = connect(start(provider));
    if (answer.statusCode() != 200) {
      throw new IllegalStateException(answer.statusCode() + " " + answer.body());
    }
    return database.strings(
        """
        select s.id from secret s join connection c on c.id = s.connection_id
        where c.provider = ? order by s.connector""",
        provider.id());
  }

  /** A secret's column, opened. */
  String opened(String secretId, String column) {
    byte[] sealed =
        (byte[])
            Optional.ofNullable(
                    database
                        .rows("select " + column + " as it from secret where id = ?", secretId)
                        .getFirst()
                        .get("it"))
                .orElseThrow();
    return Sealing.read(keyset)
        .orElseThrow()
        .open(SealedText.of(sealed), new Sealing.Place("secret." + column, secretId))
        .orElseThrow();
  }

  @Override
  public void close() {
    server.close();
    slowSenders.close();
    oauth.close();
    http.close();
    standIn.close();
    database.close();
  }
}
