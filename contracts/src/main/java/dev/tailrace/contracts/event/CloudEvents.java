package dev.tailrace.contracts.event;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How an envelope travels in Kafka: CloudEvents 1.0 in binary mode, attributes in headers, the
 * payload as the value.
 *
 * <p>No Kafka type appears here: the relay hands in a way to set a header, a consumer a way to read
 * one.
 */
public final class CloudEvents {

  public static final String ID = "ce_id";
  public static final String TYPE = "ce_type";
  public static final String SUBJECT = "ce_subject";
  public static final String TIME = "ce_time";
  public static final String TENANT = "ce_tenantid";
  public static final String SEQ = "ce_seq";

  private static final String SPEC_VERSION = "ce_specversion";
  private static final String SOURCE = "ce_source";
  private static final String AGGREGATE_TYPE = "ce_aggregatetype";
  private static final String CAUSED_BY = "ce_causedby";
  private static final String DEPTH = "ce_depth";
  private static final String TRACEPARENT = "ce_traceparent";
  private static final String CONTENT_TYPE = "content-type";

  private CloudEvents() {}

  /**
   * Writes every header of the envelope.
   *
   * @param source {@code /tailrace/<installation>}
   */
  public static void write(Envelope envelope, String source, BiConsumer<String, String> header) {
    header.accept(SPEC_VERSION, "1.0");
    header.accept(ID, envelope.id().toString());
    header.accept(TYPE, envelope.type());
    header.accept(SOURCE, source);
    header.accept(SUBJECT, envelope.aggregateId());
    header.accept(TIME, InstantText.of(envelope.occurredAt()));
    header.accept(CONTENT_TYPE, "application/json");
    header.accept(TENANT, envelope.tenantId());
    header.accept(AGGREGATE_TYPE, envelope.aggregateType());
    header.accept(SEQ, envelope.seq());
    Origin origin = envelope.origin();
    origin.causedBy().ifPresent(cause -> header.accept(CAUSED_BY, cause.toString()));
    if (origin.depth() > 0) {
      header.accept(DEPTH, Integer.toString(origin.depth()));
    }
    origin.traceparent().ifPresent(trace -> header.accept(TRACEPARENT, trace));
  }

  /**
   * Reads an envelope from its headers and value.
   *
   * @throws IllegalArgumentException naming the header that is missing or malformed
   */
  public static Envelope read(Function<String, @Nullable String> header, String payload) {
    return new Envelope(
        parsed(header, ID, UUID::fromString),
        parsed(header, SEQ, CloudEvents::place),
        required(header, TYPE),
        required(header, TENANT),
        required(header, AGGREGATE_TYPE),
        required(header, SUBJECT),
        parsed(header, TIME, Instant::parse),
        origin(header),
        payload);
  }

  /** Compared as text everywhere, so that one of another length would be in the wrong place. */
  private static String place(String seq) {
    if (seq.length() != Envelope.SEQ_DIGITS || !seq.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw new IllegalArgumentException("no place in commit order");
    }
    return seq;
  }

  private static Origin origin(Function<String, @Nullable String> header) {
    String depth = header.apply(DEPTH);
    return new Origin(
        Optional.ofNullable(header.apply(CAUSED_BY)).map(CausedBy::parse),
        depth == null ? 0 : Integer.parseInt(depth),
        Optional.ofNullable(header.apply(TRACEPARENT)));
  }

  private static <T> T parsed(
      Function<String, @Nullable String> header, String name, Function<String, T> parse) {
    String text = required(header, name);
    try {
      return parse.apply(text);
    } catch (RuntimeException e) {
      throw new IllegalArgumentException("header " + name + " is malformed: '" + text + "'", e);
    }
  }

  private static String required(Function<String, @Nullable String> header, String name) {
    String value = header.apply(name);
    if (value == null || value.isBlank()) {
      throw new IllegalArgumentException("header " + name + " is missing: no event of Tailrace");
    }
    return value;
  }
}
