package dev.tailrace.relay;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * How the batch that is under way to Kafka fares: written by the thread that sends it, asked by
 * those who want to know whether rows flow.
 */
final class UnderWay {

  /** Longer than a batch takes on a bad day; sooner than a try is given up. */
  private static final Duration USUAL = Duration.ofSeconds(5);

  private record Sending(long since, Optional<String> refusal) {}

  private final LongSupplier nanos;
  private volatile Optional<Sending> sending = Optional.empty();

  /**
   * @param nanos goes on steadily, as {@code System::nanoTime} does
   */
  UnderWay(LongSupplier nanos) {
    this.nanos = nanos;
  }

  void begin() {
    sending = Optional.of(new Sending(nanos.getAsLong(), Optional.empty()));
  }

  /** A try has failed, another follows. */
  void failed(String reason) {
    sending = sending.map(it -> new Sending(it.since(), Optional.of(reason)));
  }

  /** It is in Kafka, or given up. */
  void end() {
    sending = Optional.empty();
  }

  /** Since {@link #begin}; nothing when nothing is under way. */
  Duration lasting() {
    return sending
        .map(it -> Duration.ofNanos(nanos.getAsLong() - it.since()))
        .orElse(Duration.ZERO);
  }

  /** What keeps the batch from Kafka; nothing while there is none, or none that is late. */
  Optional<String> problem() {
    return sending.flatMap(this::problem);
  }

  private Optional<String> problem(Sending batch) {
    Duration lasting = Duration.ofNanos(nanos.getAsLong() - batch.since());
    String text = "Kafka has not taken a batch for " + lasting.toSeconds() + " s";
    return batch
        .refusal()
        .map(reason -> text + ": " + reason)
        .or(() -> lasting.compareTo(USUAL) > 0 ? Optional.of(text) : Optional.empty());
  }
}
