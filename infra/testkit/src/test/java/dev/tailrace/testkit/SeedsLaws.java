package dev.tailrace.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class SeedsLaws {
  @Test
  void drawTheSameAgain() {
    assertThat(drawn(7)).isEqualTo(drawn(7)).isNotEqualTo(drawn(8));
  }

  @Test
  void drawNothingTwiceInTwoRuns() {
    var uuids = new ArrayList<UUID>();
    Seeds.forEach(50, seed -> uuids.addAll(seed.list(20, seed::uuid)));
    assertThat(uuids).hasSize(1000).doesNotHaveDuplicates();
  }

  @Test
  void growWithTheRun() {
    var sizes = new ArrayList<Integer>();
    Seeds.forEach(50, seed -> sizes.add(seed.size()));
    assertThat(sizes).isSorted().startsWith(1).endsWith(99);
  }

  @Test
  void sayHowToRepeatAFailure() {
    assertThatThrownBy(
            () -> Seeds.forEach(123456, 20, seed -> assertThat(seed.size()).isLessThan(50)))
        .isInstanceOf(AssertionError.class)
        .hasMessageStartingWith("seed 123456, run 11: repeat with -Dtailrace.seed=123456")
        .hasMessageContaining("51");
  }

  @Test
  void drawTextThatUtf8Carries() {
    Seeds.forEach(
        300,
        seed -> {
          for (var text : List.of(seed.ascii(), seed.unicode(), seed.awkward(), seed.json())) {
            assertThat(new String(text.getBytes(UTF_8), UTF_8)).isEqualTo(text);
          }
          assertThat(seed.tenantId()).matches("org_[a-z][a-z0-9_]{0,39}");
          assertThat(seed.uuid().version()).isEqualTo(4);
          assertThat(seed.uuid().variant()).isEqualTo(2);
        });
  }

  private static List<Object> drawn(long from) {
    var all = new ArrayList<Object>();
    Seeds.forEach(
        from,
        10,
        seed -> {
          var bytes = seed.list(() -> List.of(seed.bytes().length));
          all.add(List.of(seed.json(), seed.uuid(), bytes, seed.shuffled(List.of(1, 2, 3, 4))));
        });
    return all;
  }
}
