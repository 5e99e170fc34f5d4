package dev.tailrace.ingest;

import static dev.tailrace.ingest.RunningIngest.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tailrace.contracts.outbox.Database;
import dev.tailrace.contracts.token.ApiTokens;
import dev.tailrace.contracts.token.Grant;
import dev.tailrace.contracts.token.TokenText;
import dev.tailrace.contracts.token.TypePattern;
import dev.tailrace.testkit.TestDatabase;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Who may call what, as their token says. */
class TokensIT {

  private static RunningIngest ingest;

  @BeforeAll
  static void start() throws Exception {
    ingest = RunningIngest.on(TestDatabase.create());
  }

  @AfterAll
  static void stop() {
    ingest.close();
  }

  @Test
  void nobodyCallsWithoutATokenThatIsKnownWhole() throws Exception {
    TokenText real = ingest.token(new Grant.Platform(Optional.empty()));
    String text = real.text();
    for (String wrong :
        List.of(
            "",
            "tr_p_0123456789abcdef_" + real.secret(),
            real.id() + "_" + "A".repeat(43),
            text.substring(0, text.length() - 1),
            text + "x",
            real.id(),
            "'; drop table api_token; --",
            "x".repeat(5_000))) {
      HttpResponse<String> answer =
          ingest.send(
              ingest
                  .request("/rpc/testing.poke")
                  .header("Authorization", "Bearer " + wrong)
                  .POST(BodyPublishers.ofString("no JSON")));
      assertThat(answer.statusCode()).isEqualTo(401);
      assertThat(answer.headers().firstValue("WWW-Authenticate")).contains("Bearer");
      assertThat(answer.body()).doesNotContain(real.secret());
    }
    HttpResponse<String> none =
        ingest.send(ingest.request("/rpc/testing.poke").POST(BodyPublishers.ofString("{}")));
    assertThat(none.statusCode()).isEqualTo(401);
    assertThat(poke(real)).isEqualTo(200);
  }

  @Test
  void isTurnedAwayBeforeItsBodyIsRead() throws Exception {
    HttpResponse<String> answer =
        ingest.send(
            ingest
                .request("/rpc/testing.poke")
                .header("Authorization", "Bearer tr_p_none_secret")
                .expectContinue(true)
                .POST(BodyPublishers.ofString("x".repeat(RpcEndpoint.BODY_LIMIT * 4))));
    assertThat(answer.statusCode()).isEqualTo(401);
  }

  @Test
  void aKindThatMayNotCallItIsToldWhichMay() throws Exception {
    TokenText publisher = ingest.token(new Grant.Publisher(Optional.empty(), Optional.empty()));
    HttpResponse<String> answer = ingest.call("testing.poke", "{\"message\":\"m\"}", publisher);
    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(answer.body())
        .contains("testing.poke takes a token of kind platform, and this one is a publisher's");
    HttpResponse<String> published = publish(RunningIngest.PLATFORM, claimed("org_1"));
    assertThat(published.statusCode()).isEqualTo(403);
    assertThat(published.body())
        .contains("events take a token of kind publisher, and this one is a platform's");
  }

  @Test
  void aPublisherAppendsForItsTenantAndOfItsTypesAlone() throws Exception {
    TokenText token =
        ingest.token(
            new Grant.Publisher(
                Optional.of("org_1"),
                Optional.of(List.of(TypePattern.of("kitchen.*"), TypePattern.of("rpc:*")))));
    assertThat(publish(token, claimed("org_1")).statusCode()).isEqualTo(201);
    assertThat(publish(token, rpc("org_1")).statusCode()).isEqualTo(201);

    long before = ingest.database().count("select count(*) from outbox_event");
    HttpResponse<String> answer =
        publish(token, "[%s,%s,%s]".formatted(claimed("org_1"), claimed("org_2"), poke("org_3")));
    assertThat(answer.statusCode()).isEqualTo(403);
    JsonNode problem = json(answer);
    assertThat(problem.path("title").asText())
        .isEqualTo("2 of 3 events are not this token's to publish, nothing stored");
    assertThat(problem.path("errors").toString())
        .isEqualTo(
            """
            [{"index":1,"path":"/tenantId","problem":"this token publishes for org_1 alone"},\
            {"index":2,"path":"/tenantId","problem":"this token publishes for org_1 alone"},\
            {"index":2,"path":"/type","problem":"this token publishes kitchen.*, rpc:* alone"}]""");
    assertThat(ingest.database().count("select count(*) from outbox_event")).isEqualTo(before);
  }

  @Test
  void aRevokedTokenIsRefusedWithinFiveSeconds() throws Exception {
    TokenText token = ingest.token(new Grant.Platform(Optional.empty()));
    assertThat(poke(token)).isEqualTo(200);
    assertThat(revoke(token)).isEqualTo(ApiTokens.Revocation.REVOKED);
    ingest.clock().advance(Tokens.REMEMBERED);
    assertThat(poke(token)).isEqualTo(401);
    assertThat(revoke(token)).isEqualTo(ApiTokens.Revocation.REVOKED_BEFORE);
  }

  @Test
  void aTokenThatWasUnknownAMomentAgoWorksAtOnce() throws Exception {
    var token = new TokenText("tr_p_later", "secret");
    assertThat(poke(token)).isEqualTo(401);
    Database.inTransaction(
        ingest.database().dataSource(),
        connection -> {
          ApiTokens.putWellKnown(
              connection,
              token,
              "later",
              new Grant.Platform(Optional.empty()),
              ingest.clock().instant());
          return true;
        });
    assertThat(poke(token)).isEqualTo(200);
  }

  @Test
  void noSecretIsStored() throws Exception {
    TokenText token = ingest.token(new Grant.Platform(Optional.empty()));
    assertThat(ingest.database().strings("select api_token::text from api_token"))
        .anyMatch(row -> row.contains(token.id()))
        .noneMatch(row -> row.contains(token.secret()));
    assertThat(token.toString()).doesNotContain(token.secret());
  }

  private static ApiTokens.Revocation revoke(TokenText token) throws SQLException {
    return Database.inTransaction(
        ingest.database().dataSource(),
        connection -> ApiTokens.revoke(connection, token.id(), ingest.clock().instant()));
  }

  private static int poke(TokenText token) throws Exception {
    return ingest.call("testing.poke", "{\"message\":\"m\"}", token).statusCode();
  }

  private static HttpResponse<String> publish(TokenText token, String body) throws Exception {
    return ingest.send(
        ingest
            .request("/events")
            .header("Authorization", "Bearer " + token.text())
            .POST(BodyPublishers.ofString(body)));
  }

  private static String claimed(String tenant) {
    return """
    {"type":"kitchen.task.claimed","tenantId":"%s","aggregateId":"t1",
     "payload":{"taskId":"t1","employeeId":"e1","claimedAt":"2026-01-01T00:00:00Z"}}"""
        .formatted(tenant);
  }

  private static String rpc(String tenant) {
    return """
    {"type":"rpc:orders.place","tenantId":"%s","aggregateId":"o1","payload":{"input":{},"output":{}}}"""
        .formatted(tenant);
  }

  private static String poke(String tenant) {
    return """
    {"type":"testing:poke","tenantId":"%s","aggregateId":"poke",
     "payload":{"dbtime":"2026-01-01T00:00:00Z","message":"m"}}"""
        .formatted(tenant);
  }
}
