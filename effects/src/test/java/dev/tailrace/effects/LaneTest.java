package dev.tailrace.effects;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Effects that come before the first of a lane push what is behind it out of memory. */
class LaneTest {

  private static final int MOST_BEHIND = 3;

  private final TreeSet<EffectKey> store = new TreeSet<>();
  private final Lane lane = new Lane(MOST_BEHIND);

  @Test
  void theHeadIsNotFetchedFromBeyondTheHorizon() {
    come(5, 6, 7, 8);
    EffectKey head = lane.next(this::behind).orElseThrow().getKey();
    come(1, 2, 3);

    assertThat(lendAll()).containsExactlyElementsOf(keys(1, 2, 3, 6, 7, 8));
    assertThat(lane.isHeldBy(head)).isTrue();
  }

  @Test
  void whatIsLentIsNotFetchedFromBeyondTheHorizon() {
    come(4, 5, 6, 7, 8);
    lane.next(this::behind);
    lane.lend(this::behind, key -> true);
    come(1, 2, 3);

    assertThat(lendAll()).containsExactlyElementsOf(keys(1, 2, 3, 6, 7, 8));
  }

  @Test
  void whatIsGivenBackFromBeyondTheHorizonRunsOnceAndInItsPlace() {
    come(4, 5, 6, 7, 8);
    lane.next(this::behind);
    EffectKey lent = lane.lend(this::behind, key -> true).orElseThrow();
    come(1, 2, 3);
    lane.giveBack(lent);

    assertThat(lendAll()).containsExactlyElementsOf(keys(1, 2, 3, 5, 6, 7, 8));
    assertThat(lane.size()).isEqualTo(store.size());
  }

  private void come(int... orders) {
    for (EffectKey key : keys(orders)) {
      store.add(key);
      lane.add(key, Waiting.NOT);
    }
  }

  private List<EffectKey> lendAll() {
    return Stream.generate(() -> lane.lend(this::behind, key -> true))
        .takeWhile(Optional::isPresent)
        .map(Optional::get)
        .limit(store.size())
        .toList();
  }

  private Map<EffectKey, Waiting> behind(EffectKey key, int most) {
    var found = new LinkedHashMap<EffectKey, Waiting>();
    store.tailSet(key, false).stream().limit(most).forEach(its -> found.put(its, Waiting.NOT));
    return found;
  }

  private static List<EffectKey> keys(int... orders) {
    return IntStream.of(orders)
        .mapToObj(
            order -> new EffectKey("c", "lane", "%019d".formatted(order), new UUID(0, order), ""))
        .toList();
  }
}
