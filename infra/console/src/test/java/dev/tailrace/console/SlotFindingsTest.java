package dev.tailrace.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** What is said of states that a slot gets into over hours, or on a standby. */
class SlotFindingsTest {

  private static final Slot.Reader NOBODY =
      new Slot.Reader(OptionalInt.empty(), Optional.of(Instant.parse("2026-11-13T02:19:40.5Z")));
  private static final Slot.Reader RELAY =
      new Slot.Reader(OptionalInt.of(4211), Optional.of(Instant.parse("2026-11-13T02:19:40.5Z")));
  private static final Slot.Copies UNKNOWN = new Slot.Copies(Optional.empty(), Optional.empty());

  private static Slot.Wal wal(String status) {
    return new Slot.Wal(
        OptionalLong.of(1_258_291),
        Optional.of(status),
        OptionalLong.of(5 << 20),
        Optional.empty());
  }

  private static Slot.Wal lost(String reason) {
    return new Slot.Wal(
        OptionalLong.empty(), Optional.of("lost"), OptionalLong.empty(), Optional.of(reason));
  }

  private static List<String> said(Slot.Reader reader, Slot.Wal wal, Slot.Copies copies) {
    return lines(
        SlotFindings.of(
            new Slot("s", Optional.empty(), reader, wal, copies), false, Optional.empty()));
  }

  private static List<String> saidOnAStandby(boolean synced) {
    var copies = new Slot.Copies(Optional.of(true), Optional.of(synced));
    return lines(
        SlotFindings.of(
            new Slot("s", Optional.empty(), NOBODY, wal("reserved"), copies),
            true,
            Optional.empty()));
  }

  private static List<String> lines(List<Finding> findings) {
    return findings.stream().map(Finding::line).toList();
  }

  @Test
  void saysWhoReadsItAndHowFarBehind() {
    assertThat(said(RELAY, wal("reserved"), UNKNOWN))
        .containsExactly(
            "  ✓ active: read by process 4211 of Postgres since 2026-11-13T02:19:40Z",
            "  ✓ lag: 1.2 MiB of WAL not confirmed yet",
            "  ✓ WAL reserved: all that it needs is kept, and 5.0 MiB more before it is lost");
  }

  @Test
  void saysThatNobodyReadsIt() {
    assertThat(said(NOBODY, wal("reserved"), UNKNOWN).getFirst())
        .isEqualTo(
            "  ✗ not active: nobody reads it since 2026-11-13T02:19:40Z. Start a relay; the log of"
                + " one that ended says why");
  }

  @Test
  void saysWhatTheStateOfItsWalMeans() {
    assertThat(said(RELAY, wal("extended"), UNKNOWN).getLast())
        .startsWith("  ! WAL extended: Postgres keeps more than max_wal_size for it, and 5.0 MiB");
    assertThat(said(RELAY, wal("unreserved"), UNKNOWN).getLast())
        .startsWith("  ✗ WAL unreserved")
        .contains("lost at the next checkpoint unless the relay catches up");
    assertThat(said(RELAY, wal("thawing"), UNKNOWN).getLast()).isEqualTo("  ! WAL thawing");
  }

  @Test
  void saysWhyItWasLostAndThatTheRelayMendsIt() {
    assertThat(said(NOBODY, lost("idle_timeout"), UNKNOWN))
        .containsExactly(
            "  ✗ WAL lost: nobody read it for longer than idle_replication_slot_timeout"
                + " (idle_timeout). A relay that starts makes a new slot by itself, and sends from"
                + " the table what is not in Kafka");
    assertThat(said(NOBODY, lost("something_new"), UNKNOWN).getLast())
        .startsWith("  ✗ WAL lost: something_new. A relay");
  }

  @Test
  void saysWhetherStandbysTakeItAlong() {
    assertThat(said(RELAY, wal("reserved"), new Slot.Copies(Optional.of(true), Optional.empty())))
        .contains("  ✓ failover: standbys that synchronise slots take it along");
    assertThat(
            said(RELAY, wal("reserved"), new Slot.Copies(Optional.of(false), Optional.empty()))
                .getLast())
        .startsWith("  ! no failover")
        .contains("infra/docs/relay.md");
  }

  @Test
  void saysOnAStandbyWhetherItWouldSurviveAPromotion() {
    assertThat(saidOnAStandby(true))
        .contains("  ✓ synced: it came from the primary, ready for a promotion")
        .noneMatch(line -> line.contains("✗"));
    assertThat(saidOnAStandby(false).getLast()).startsWith("  ✗ not synced");
  }
}
