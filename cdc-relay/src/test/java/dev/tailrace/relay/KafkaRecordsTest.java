package dev.tailrace.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.contracts.event.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

class KafkaRecordsTest {

  private static final UUID ID = UUID.fromString("00000000-0000-7000-8000-000000000001");
  private static final Instant COMMITTED = Instant.parse("2026-11-20T12:00:01.500Z");

  private boolean allowsUnknown;
  private final KafkaRecords records = new KafkaRecords(new Topics("two."), "/tailrace/kitchen");

  @Test
  void keysByAggregateAndStampsWithTheCommit() {
    var record = records("stripe:other", "{ \"id\" : \"ü\" }", "{\"version\":1}").getFirst();
    assertThat(record.topic()).isEqualTo("two.events.stripe.other");
    assertThat(text(record.key())).isEqualTo("cus_✓𝄞");
    assertThat(text(record.value())).isEqualTo("{ \"id\" : \"ü\" }");
    assertThat(record.timestamp()).isEqualTo(COMMITTED.toEpochMilli());
    assertThat(record.partition()).isNull();
    assertThat(header(record, "ce_seq")).isEqualTo("0000000000000000007");
    assertThat(header(record, "ce_source")).isEqualTo("/tailrace/kitchen");
    assertThat(header(record, "ce_time")).isEqualTo("2026-11-20T13:00:00Z");
  }

  @Test
  void sendsWhatBrowsersSeeOnceMoreKeyedByTenant() {
    var both = records("kitchen.task.claimed", "{}", "{\"version\":1}");
    assertThat(both)
        .extracting(ProducerRecord::topic)
        .containsExactly("two.events.kitchen.task.claimed", "two.realtime.outbox");
    assertThat(text(both.getLast().key())).isEqualTo("org_1");
    assertThat(both.getLast().headers()).isEqualTo(both.getFirst().headers());
    assertThat(records("stripe:other", "{}", "{\"version\":1}")).hasSize(1);
  }

  @Test
  void tellsWhereAnEventCameFrom() {
    var record =
        records(
                "stripe:other",
                "{}",
                """
                {"version": 1, "causedBy": "%s/startCheckout", "depth": 2, "traceparent": "00-a"}"""
                    .formatted(ID))
            .getFirst();
    assertThat(header(record, "ce_causedby")).isEqualTo(ID + "/startCheckout");
    assertThat(header(record, "ce_depth")).isEqualTo("2");
    assertThat(header(record, "ce_traceparent")).isEqualTo("00-a");
  }

  @Test
  void putsARowThatCanBeNoEventIntoQuarantineWithItsReason() {
    var record = records("no.such.type", "{}", "{\"version\":1}").getFirst();
    assertThat(record.topic()).isEqualTo("two.relay.quarantine");
    assertThat(text(record.key())).isEqualTo(ID.toString());
    assertThat(text(record.value()))
        .contains("\"tenantId\":\"org_1\"", "no.such.type is not in the catalogue");
    assertThat(quarantined("stripe:other", "{\"version\":2}")).contains("version 2");
    assertThat(quarantined("stripe:other", "broken")).contains("no JSON");
  }

  @Test
  void givesATypeThatIsNotCataloguedATopicWhenItIsAllowedAndLegal() {
    allowsUnknown = true;
    var record = records("no_such:type", "{}", "{\"version\":1}").getFirst();
    assertThat(record.topic()).isEqualTo("two.events.no-such.type");
    assertThat(quarantined("No Such Type", "{\"version\":1}")).contains("not in the catalogue");
    assertThat(quarantined("stripe.other", "{\"version\":1}"))
        .as("the topic is another type's")
        .contains("not in the catalogue");
  }

  private String quarantined(String type, String headers) {
    var record = records(type, "{}", headers).getFirst();
    assertThat(record.topic()).isEqualTo("two.relay.quarantine");
    return text(record.value());
  }

  private List<ProducerRecord<byte[], byte[]>> records(
      String type, String payload, String headers) {
    var row =
        new OutboxRow(
            ID,
            "org_1",
            "stripe_customer",
            "cus_✓𝄞",
            type,
            payload,
            headers,
            Instant.parse("2026-11-20T13:00:00Z"),
            COMMITTED);
    return records.of(new Mapping(new Routes(new Topics("two."), allowsUnknown)).of(row, 7));
  }

  private static String header(ProducerRecord<?, ?> record, String name) {
    return text(record.headers().lastHeader(name).value());
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
