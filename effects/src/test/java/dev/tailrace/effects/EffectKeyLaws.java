package dev.tailrace.effects;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.testkit.Seed;
import dev.tailrace.testkit.Seeds;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * Keys of effects, in lanes of one consumer and in those of several, are in the store as they run.
 */
class EffectKeyLaws {

  private static final Comparator<String> STORED =
      (one, other) ->
          Arrays.compareUnsigned(
              one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));

  @Test
  void aKeyIsWhatItsTextSays() {
    Seeds.forEach(
        200,
        seed -> {
          EffectKey key = drawn(seed, seed.awkward());
          assertThat(EffectKey.parse(key.text())).isEqualTo(key);
        });
  }

  @Test
  void theLanesStandSideBySideAndEachInItsOrder() {
    Seeds.forEach(
        200,
        seed -> {
          List<EffectKey> stored =
              seed.list(() -> drawn(seed, seed.oneOf(List.of("a", "a/b", "b")))).stream()
                  .distinct()
                  .sorted(Comparator.comparing(EffectKey::text, STORED))
                  .toList();
          for (int i = 1; i < stored.size(); i++) {
            EffectKey before = stored.get(i - 1);
            EffectKey key = stored.get(i);
            if (before.laneId().equals(key.laneId())) {
              assertThat(before).isLessThan(key);
              assertThat(key.text()).isLessThan(before.endOfLane());
            } else {
              assertThat(key.text()).isGreaterThan(before.endOfLane());
              assertThat(stored.subList(i, stored.size()))
                  .extracting(EffectKey::laneId)
                  .doesNotContain(before.laneId());
            }
          }
        });
  }

  @Test
  void whatIsSharedAndWhatIsAConsumersOwnAreApart() {
    Seeds.forEach(
        200,
        seed -> {
          EffectKey key = drawn(seed, seed.awkward());
          EffectKey.Span own = EffectKey.Span.of(key.consumer());
          assertThat(isIn(EffectKey.Span.OF_SHARED, key)).isEqualTo(key.share().isPresent());
          assertThat(isIn(own, key)).isEqualTo(key.share().isEmpty());
          assertThat(isIn(EffectKey.Span.of(key.consumer() + "-too"), key)).isFalse();
        });
  }

  private static boolean isIn(EffectKey.Span span, EffectKey key) {
    return STORED.compare(span.from(), key.text()) <= 0
        && STORED.compare(key.text(), span.to()) <= 0;
  }

  private static EffectKey drawn(Seed seed, String lane) {
    Optional<EffectKey.Share> share =
        seed.flip()
            ? Optional.of(new EffectKey.Share(seed.oneOf(List.of("s", "t")), seed.below(1_000)))
            : Optional.empty();
    String order = "%019d".formatted(seed.below(5)) + "~".repeat(seed.below(3));
    return new EffectKey(
        seed.oneOf(List.of("Abc", "ring", "ring-2", "ring.onDead")),
        share,
        lane,
        order,
        new UUID(0, seed.below(5)),
        seed.oneOf(List.of("", "m1")));
  }
}
