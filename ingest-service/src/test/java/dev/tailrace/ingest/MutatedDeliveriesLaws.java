package dev.tailrace.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.contracts.event.InvalidEventException;
import dev.tailrace.contracts.outbox.Outbox;
import dev.tailrace.contracts.outbox.Prepared;
import dev.tailrace.ingest.Outcome.Rejected;
import dev.tailrace.testkit.Seed;
import dev.tailrace.testkit.Seeds;
import dev.tailrace.testkit.SettableClock;
import dev.tailrace.testkit.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Whatever a provider signs, and whatever is made of it on its way: every answer is one of ours and
 * short, nothing is stored that was not signed, and nothing of it stays in memory.
 */
class MutatedDeliveriesLaws {

  private static final int RUNS = 10_000;
  private static final int LONGEST_ANSWER = 4096;
  private static final int MOST_REASONS = 60;
  private static final long MOST_BYTES_KEPT = 32L << 20;
  private static final Instant NOW = Instant.ofEpochSecond(1_700_000_000);

  private static final SimpleMeterRegistry METERS = new SimpleMeterRegistry();
  private static final Recorder STORED = new Recorder();
  private static TestDatabase database;
  private static Rejections rejections;
  private static List<WebhookEndpoint> endpoints;

  private int run;
  private int answeredYes;
  private int answeredNo;

  /** Prepares events as storing does, and remembers the last. */
  private static final class Recorder implements Storage {

    private Optional<Prepared> last = Optional.empty();

    @Override
    public Outcome store(Delivery delivery) {
      assertThat(delivery.dedupeKey()).isNotBlank().hasSizeLessThanOrEqualTo(320);
      assertThat(delivery.dedupeKey().indexOf('\0')).isNegative();
      String tenant = delivery.owner().unresolved();
      try {
        Prepared prepared = Outbox.prepare(delivery.newEvent(tenant));
        last = Optional.of(prepared);
        return new Outcome.Accepted(prepared.id(), tenant);
      } catch (InvalidEventException e) {
        return Rejected.unacceptable(e.problems());
      }
    }

    Optional<Prepared> take() {
      Optional<Prepared> taken = last;
      last = Optional.empty();
      return taken;
    }
  }

  @BeforeAll
  static void assemble() {
    database = TestDatabase.create();
    var clock = new SettableClock(NOW);
    rejections = new Rejections(METERS, database.dataSource(), clock);
    endpoints =
        WebhookSources.of(RunningIngest.sources(), clock, METERS).stream()
            .map(source -> new WebhookEndpoint(source, STORED, new Shares(16), rejections))
            .toList();
  }

  @AfterAll
  static void close() {
    rejections.close();
    database.close();
  }

  @TestFactory
  Stream<DynamicTest> everyMutationIsAnsweredAndOnlyWhatIsSignedIsStored() {
    return Stream.of(TestProvider.values())
        .map(provider -> DynamicTest.dynamicTest(provider.name(), () -> holdsFor(provider)));
  }

  private void holdsFor(TestProvider provider) {
    WebhookEndpoint endpoint =
        endpoints.stream()
            .filter(candidate -> candidate.route().equals(provider.route()))
            .findFirst()
            .orElseThrow();
    answeredYes = 0;
    answeredNo = 0;
    Seeds.forEach(RUNS / 20, seed -> holds(seed, provider, endpoint));
    long before = heap();
    Seeds.forEach(RUNS, seed -> holds(seed, provider, endpoint));
    assertThat(answeredYes).describedAs("taken").isGreaterThan(RUNS / 20);
    assertThat(answeredNo).describedAs("refused").isGreaterThan(RUNS / 20);
    assertThat(heap() - before).describedAs("bytes kept").isLessThan(MOST_BYTES_KEPT);
    assertThat(METERS.find("tailrace.ingest.rejected").counters())
        .hasSizeLessThan(MOST_REASONS * TestProvider.values().length);
  }

  private void holds(Seed seed, TestProvider provider, WebhookEndpoint endpoint) throws Exception {
    String json = seed.oneOf(provider.bodies()).formatted(++run);
    boolean namesStay = seed.flip();
    byte[] body =
        provider.encoded(seed.oneIn(3) || !namesStay ? json : Mutations.value(seed, json));
    if (!namesStay && !seed.oneIn(4)) {
      body = Mutations.bytes(seed, body);
    }
    boolean asMeant = Arrays.equals(body, provider.encoded(json));
    Map<String, String> signed = provider.signed("msg_" + run, NOW, body);

    var headers = new HashMap<String, List<String>>();
    signed.forEach((name, value) -> headers.put(name, List.of(value)));
    boolean headersSpoiled = seed.oneIn(3);
    if (headersSpoiled) {
      Mutations.headers(seed, headers);
    }
    byte[] sent = seed.oneIn(6) ? Mutations.bytes(seed, body) : body;
    boolean genuine = Arrays.equals(sent, body) && TestProvider.holds(headers, signed);

    Answer answer =
        sent.length > endpoint.bodyLimit()
            ? endpoint.tooLarge()
            : endpoint.answer(new Request(new Headers(headers), Map.of(), Body.of(sent)));
    Optional<Prepared> stored = STORED.take();

    if (answer.status() == 200) {
      answeredYes++;
    } else {
      answeredNo++;
    }
    assertThat(answer.status()).isBetween(200, 499);
    assertThat(answer.body().getBytes(UTF_8)).hasSizeLessThan(LONGEST_ANSWER);
    if (!genuine) {
      assertThat(stored).isEmpty();
      assertThat(answer.status()).isGreaterThanOrEqualTo(400);
    }
    if (genuine && asMeant && !headersSpoiled) {
      assertThat(answer.status()).isEqualTo(200);
    }
    if (answer.status() != 200) {
      assertThat(stored).isEmpty();
    }
    if (namesStay) {
      assertThat(stored.map(event -> event.event().payload()).orElse("")).doesNotContain("MARKED");
    }
  }

  /** What is in use after the garbage was thrown away, roughly. */
  private static long heap() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }
}
