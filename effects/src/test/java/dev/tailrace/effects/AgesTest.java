package dev.tailrace.effects;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.testkit.Seeds;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import org.junit.jupiter.api.Test;

class AgesTest {

  @Test
  void knowsTheOldestWhateverCameAndWent() {
    Seeds.forEach(
        100,
        seed -> {
          var ages = new Ages();
          var there = new ArrayList<Instant>();
          for (int i = 0; i < 200; i++) {
            if (there.isEmpty() || seed.flip()) {
              Instant since = Instant.ofEpochSecond(seed.below(20));
              there.add(since);
              ages.add(since);
            } else {
              ages.remove(there.remove(seed.below(there.size())));
            }
            assertThat(ages.oldest()).isEqualTo(there.stream().min(Comparator.naturalOrder()));
          }
        });
  }

  @Test
  void oneThatWasNotThereIsTakenOutWithoutAWord() {
    var ages = new Ages();
    ages.add(Instant.EPOCH);
    ages.remove(Instant.EPOCH.plusSeconds(1));

    assertThat(ages.oldest()).contains(Instant.EPOCH);
  }
}
