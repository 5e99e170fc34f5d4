package dev.tailrace.effects;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.contracts.event.CloudEvents;
import dev.tailrace.contracts.event.Envelope;
import dev.tailrace.contracts.event.KitchenEvent.TaskClaimed;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What can't be followed is a dead letter, and what comes behind it is carried out. */
class PoisonIT {

  @RegisterExtension private final DrivenApplication driven = new DrivenApplication();
  private final List<String> seen = new ArrayList<>();

  @TempDir private Path state;

  @BeforeEach
  void open() {
    driven
        .consumer("ring")
        .on(TaskClaimed.class)
        .laneWithin(
            received -> {
              if (received.event().taskId().equals("deep")) {
                throw new StackOverflowError();
              }
              return received.event().taskId();
            })
        .handle(
            effect -> {
              seen.add(effect.event().employeeId());
              return Outcome.done("rung");
            });
    driven.open(state);
  }

  @Test
  void aRecordThatIsNoEvent() {
    check("ce_id is missing", new TestRecord<>("a", bytes("{}")));
    check("has no value", new TestRecord<>("a", null, headers(Kitchen.claimed(1, "a"))));
    check("has no value", new TestRecord<>(null, null));
  }

  @Test
  void anAttributeThatCanNotBeRead() {
    check("ce_id is malformed", with(headers -> set(headers, CloudEvents.ID, "1")));
    check("ce_time is malformed", with(headers -> set(headers, CloudEvents.TIME, "noon")));
    check("ce_seq is missing", with(headers -> headers.remove(CloudEvents.SEQ)));
    check("ce_seq is malformed", with(headers -> set(headers, CloudEvents.SEQ, "7\u00007")));
    check("no event of Tailrace", with(headers -> set(headers, "ce_depth", "deep")));
    check("no event of Tailrace", with(headers -> set(headers, "ce_causedby", "nobody")));
    check("not in the catalogue", with(headers -> set(headers, CloudEvents.TYPE, "a:b:c")));
    check("ce_type is missing", with(headers -> headers.add(CloudEvents.TYPE, null)));
  }

  @Test
  void aPayloadThatIsNoneOfItsType() {
    for (String payload :
        List.of("", "{", "[]", "7", "null", "\"a\"", "{\"claimedAt\":\"noon\"}")) {
      check(
          "VALIDATION_ERROR", Kitchen.test(Kitchen.withPayload(Kitchen.claimed(1, "a"), payload)));
    }
  }

  @Test
  void anEventThatTheConsumersOwnFunctionsFailFor() {
    check("its when or lane failed", Kitchen.test(Kitchen.claimed(1, "deep")));
  }

  /** It is a dead letter at once, and what comes then is carried out. */
  private void check(String reason, TestRecord<String, byte[]> poison) {
    driven.driver().arrives(poison);
    assertThat(driven.driver().dead()).singleElement().asString().contains(reason);
    assertThat(seen).isEmpty();

    driven.database().execute("truncate effect_done");
    driven.driver().arrives(Kitchen.claimed(2, "a"));
    assertThat(seen).containsExactly("emp-2");
    assertThat(driven.driver().pending()).isZero();
    seen.clear();
  }

  private static TestRecord<String, byte[]> with(Consumer<Headers> fault) {
    TestRecord<String, byte[]> record = Kitchen.test(Kitchen.claimed(1, "a"));
    fault.accept(record.headers());
    return record;
  }

  private static void set(Headers headers, String name, String value) {
    headers.remove(name).add(name, bytes(value));
  }

  private static Headers headers(Envelope envelope) {
    return new RecordHeaders(Kitchen.test(envelope).headers());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
