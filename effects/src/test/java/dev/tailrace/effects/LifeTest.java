package dev.tailrace.effects;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.Test;

class LifeTest {

  private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");

  private final Commits commits = new Commits();
  private final KeyValueStore<String, byte[]> store = store();

  private static KeyValueStore<String, byte[]> store() {
    KeyValueStore<String, byte[]> store =
        Stores.keyValueStoreBuilder(
                Stores.inMemoryKeyValueStore(EffectProcessor.LIVES),
                Serdes.String(),
                Serdes.ByteArray())
            .withLoggingDisabled()
            .build();
    var context = new MockProcessorContext<String, byte[]>();
    store.init(context.getStateStoreContext(), store);
    return store;
  }

  private Life life(Instant now) {
    return new Life(store, commits, now);
  }

  @Test
  void nothingIsAttemptedBeforeTheLifeIsCommitted() {
    commits.happened();
    Life life = life(NOON);
    assertThat(life.hasBegun()).isFalse();

    commits.happened();
    assertThat(life.hasBegun()).isTrue();
  }

  @Test
  void theNumbersOfALifeAreAboveThoseOfTheOneBeforeAlsoWhenTheClockWasSetBack() {
    var numbers = new ArrayList<Long>();
    for (Instant now : List.of(NOON, NOON, NOON.minusSeconds(3_600), NOON.plusSeconds(10))) {
      Life life = life(now);
      for (int i = 0; i < 3; i++) {
        numbers.add(life.nextAttempt());
      }
    }

    assertThat(numbers).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void theNumbersGoOnWhenTheStoreWasReset() {
    long before = life(NOON).nextAttempt();
    store.delete(Life.LAST);

    assertThat(life(NOON.plusSeconds(1)).nextAttempt()).isGreaterThan(before);
  }
}
