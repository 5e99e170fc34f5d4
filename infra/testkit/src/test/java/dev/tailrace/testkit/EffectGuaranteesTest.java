package dev.tailrace.testkit;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EffectGuaranteesTest {

  private static List<Call> lane(String... orders) {
    return Arrays.stream(orders)
        .map(order -> new Call("a", order, "e" + order, "k" + order))
        .toList();
  }

  private static void holds(Guarantee guarantee) {
    assertThatCode(guarantee::check).doesNotThrowAnyException();
  }

  private static void broken(Guarantee guarantee, String by) {
    assertThatThrownBy(guarantee::check)
        .isInstanceOf(AssertionError.class)
        .hasMessageStartingWith(guarantee.name() + " broken")
        .hasMessageEndingWith(by);
  }

  @Test
  void orderAndRepeatedSuffixesAreOrderPerLane() {
    holds(new OrderPerLane(lane("1", "2", "3")));
    holds(new OrderPerLane(lane("1", "2", "1", "2", "3")));
    holds(new OrderPerLane(lane("1", "2", "2", "3")));
  }

  @Test
  void aStepBackwardsThatWasNeverTakenIsNot() {
    broken(new OrderPerLane(lane("1", "3", "2")), "2 in lane a after 3");
  }

  @Test
  void aRepeatThatLeavesOneOutIsNot() {
    broken(new OrderPerLane(lane("1", "2", "3", "1", "3")), "3 in lane a after 1");
    broken(new OrderPerLane(lane("1", "2", "1", "3")), "3 in lane a after 1");
  }

  @Test
  void oneKeyAnEventIsOnceIdempotent() {
    holds(new EffectOnceIdempotent(lane("1", "2", "1")));
    broken(
        new EffectOnceIdempotent(
            List.of(new Call("a", "1", "e1", "k1"), new Call("a", "1", "e1", "k2"))),
        "e1");
    broken(
        new EffectOnceIdempotent(
            List.of(new Call("a", "1", "e1", "k1"), new Call("a", "2", "e2", "k1"))),
        "k1");
  }

  @Test
  void aLaneThatIsBehindIsHeldUp() {
    Map<String, Integer> expected = Map.of("a", 2, "b", 2);
    holds(new NoHeadOfLine(expected, Set.of("b"), lane("1", "2")));
    broken(new NoHeadOfLine(expected, Set.of("b"), lane("1")), "a");
    broken(new NoHeadOfLine(expected, Set.of("a"), lane("1", "2")), "b");
  }
}
