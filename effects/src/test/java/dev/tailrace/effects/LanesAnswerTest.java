package dev.tailrace.effects;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.contracts.event.KitchenEvent.TaskClaimed;
import dev.tailrace.effects.TaskLanes.SeenEffect;
import dev.tailrace.effects.TaskLanes.SeenLane;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The form of an answer, and what is refused as a question. */
class LanesAnswerTest {

  private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");

  private static final EffectKey HEAD =
      new EffectKey("ring", "task-1", "0000000000000000001", Kitchen.id(1), "");

  private static SeenLane lane(EffectKey head, Standing standing, PendingEffect effect) {
    return new SeenLane(2, head, standing, 12, List.of(SeenEffect.of(head, standing, effect)));
  }

  private static PendingEffect parked() {
    return PendingEffect.first(Kitchen.claimed(1, "task-1"), NOON)
        .since(NOON.minusSeconds(60))
        .parked(new Awaited("kitchen.task.released", "task-1"), NOON.plusSeconds(600), "not free");
  }

  private static LanesAnswer answer(SeenLane lane) {
    return new LanesAnswer(
        "kitchen",
        NOON,
        3,
        List.of(new TaskLanes(2, 1, List.of(lane), Set.of(Scope.ofLane("ring", "task-9")))),
        new TreeMap<>(Map.of(1, "it is not open: its state is restored")),
        new TreeMap<>(Map.of("mac-1", new Breaker.Open(NOON, Duration.ofSeconds(5)))),
        new TreeMap<>(Map.of("acct_1", 7)));
  }

  private static LanesQuery query(Map<String, String> parameters) {
    var problems = new ArrayList<String>();
    LanesQuery query = LanesQuery.parse(parameters, consumers(), problems);
    assertThat(problems).isEmpty();
    return query;
  }

  private static List<String> problems(Map<String, String> parameters) {
    var problems = new ArrayList<String>();
    LanesQuery.parse(parameters, consumers(), problems);
    return problems;
  }

  private static Consumers consumers() {
    var application = new Application("kitchen");
    application
        .consumer("ring")
        .on(TaskClaimed.class)
        .formerly("bell")
        .handle(effect -> Outcome.done(""));
    return new Consumers(application.consumers());
  }

  @Test
  void isReadableAndHasNoPayload() {
    assertThat(answer(lane(HEAD, Standing.PARKED, parked())).json(query(Map.of())).toPrettyString())
        .isEqualToNormalizingNewlines(
            """
            {
              "application" : "kitchen",
              "at" : "2026-01-31T12:00:00Z",
              "partitions" : 3,
              "tasks" : [ 2 ],
              "missing" : [ {
                "task" : 1,
                "why" : "it is not open: its state is restored"
              } ],
              "breakers" : [ {
                "destination" : "mac-1",
                "state" : "open",
                "until" : "2026-01-31T12:00:00Z"
              } ],
              "rates" : [ {
                "scope" : "acct_1",
                "waiting" : 7
              } ],
              "paused" : [ {
                "consumer" : "ring",
                "lane" : "task-9"
              } ],
              "wanted" : 1,
              "lanes" : [ {
                "consumer" : "ring",
                "lane" : "task-1",
                "task" : 2,
                "pending" : 12,
                "state" : "parked",
                "head" : {
                  "eventId" : "01990000-0000-7000-0000-000000000001",
                  "type" : "kitchen.task.claimed",
                  "seq" : "0000000000000000001",
                  "state" : "parked",
                  "attempt" : 1,
                  "since" : "2026-01-31T11:59:00Z",
                  "due" : "2026-01-31T12:10:00Z",
                  "awaits" : {
                    "event" : "kitchen.task.released",
                    "key" : "task-1"
                  },
                  "lastError" : "not free"
                }
              } ]
            }""");
  }

  @Test
  void ofOneLaneItsQueueIsTold() {
    var json =
        answer(lane(HEAD.ofItem("m-1"), Standing.PARKED, parked()))
            .json(query(Map.of("consumer", "ring", "lane", "task-1/m-1")));

    assertThat(json.at("/lanes/0/queue/0/item").asText()).isEqualTo("m-1");
    assertThat(json.at("/lanes/0/head").isMissingNode()).isTrue();
  }

  @Test
  void whatIsHeldSaysByWhat() {
    PendingEffect held = parked().held(Breakers.answerOf("mac-1"), NOON.plusSeconds(5));
    assertThat(
            answer(lane(HEAD, Standing.HELD_BY_BREAKER, held))
                .json(query(Map.of()))
                .at("/lanes/0/head/awaits")
                .toString())
        .isEqualTo("{\"destination\":\"mac-1\"}");

    PendingEffect limited = parked().held(Rates.turnAt("acct_1"), NOON.plusSeconds(5));
    assertThat(
            answer(lane(HEAD, Standing.HELD_BY_RATE, limited))
                .json(query(Map.of()))
                .at("/lanes/0/head/awaits")
                .toString())
        .isEqualTo("{\"rate\":\"acct_1\"}");
  }

  @Test
  void whatWaitsNoLongerAwaitsNothing() {
    assertThat(
            answer(lane(HEAD, Standing.RUNNING, parked()))
                .json(query(Map.of()))
                .at("/lanes/0/head/awaits")
                .isMissingNode())
        .isTrue();
  }

  @Test
  void allThatIsWrongWithAQuestionIsToldAtOnce() {
    assertThat(problems(Map.of("limit", "501", "state", "dead", "lane", "a", "tenant", "org_1")))
        .containsExactlyInAnyOrder(
            "there is no 'tenant', there are [consumer, lane, state, limit]",
            "lane is a lane of a consumer: say consumer=... too",
            "state 'dead' is none of running, ready, paused, waiting, parked, held-by-breaker, held-by-rate",
            "limit '501' is no number from 1 to 500");
    assertThat(problems(Map.of("consumer", "rung")))
        .containsExactly("consumer 'rung' is none of this application; did you mean ring?");
  }

  @Test
  void aConsumerIsAlsoKnownByItsFormerName() {
    assertThat(query(Map.of("consumer", "bell")).consumer()).isEqualTo(Optional.of("ring"));
  }
}
