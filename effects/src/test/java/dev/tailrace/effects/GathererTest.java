package dev.tailrace.effects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.testkit.Await;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GathererTest {

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Integer> sizes = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() {
    threads.close();
  }

  private static List<Integer> doubled(List<Integer> numbers) {
    return numbers.stream().map(number -> number * 2).toList();
  }

  private List<Future<Integer>> askAll(Gatherer<Integer, Integer> gatherer, int many) {
    return IntStream.range(0, many)
        .mapToObj(number -> threads.submit((Callable<Integer>) () -> gatherer.ask(number).await()))
        .toList();
  }

  @Test
  void whatWaitsMeanwhileGoesIntoOneStatement() throws Exception {
    var release = new CountDownLatch(1);
    Gatherer.Statement<Integer, Integer> statement =
        numbers -> {
          sizes.add(numbers.size());
          await(release);
          return doubled(numbers);
        };
    try (var gatherer = new Gatherer<>("test", statement)) {
      List<Future<Integer>> first = askAll(gatherer, 1);
      Await.until("the first is under way", () -> sizes.size() == 1);
      List<Future<Integer>> others = askAll(gatherer, 100);
      Await.until("the others wait", () -> gatherer.waiting() == 100);
      release.countDown();

      assertThat(first.getFirst().get()).isZero();
      for (int i = 0; i < others.size(); i++) {
        assertThat(others.get(i).get()).isEqualTo(2 * i);
      }
      assertThat(sizes).containsExactly(1, 100);
    }
  }

  @Test
  void aValueThatIsRefusedFailsNoOther() throws Exception {
    Gatherer.Statement<Integer, Integer> picky =
        numbers -> {
          if (numbers.contains(7)) {
            throw new SQLException("not 7", "22P05");
          }
          return doubled(numbers);
        };
    try (var gatherer = new Gatherer<>("test", picky)) {
      List<Future<Integer>> all = askAll(gatherer, 20);
      for (int i = 0; i < all.size(); i++) {
        Future<Integer> each = all.get(i);
        if (i == 7) {
          assertThatThrownBy(each::get).hasRootCauseMessage("not 7");
        } else {
          assertThat(each.get()).isEqualTo(2 * i);
        }
      }
    }
  }

  @Test
  void whenTheDatabaseIsGoneEachIsToldSoAndTheNextAreAskedAgain() throws Exception {
    var failures = new CountDownLatch(1);
    Gatherer.Statement<Integer, Integer> once =
        numbers -> {
          if (failures.getCount() > 0) {
            failures.countDown();
            throw new SQLException("gone", "08006");
          }
          return doubled(numbers);
        };
    try (var gatherer = new Gatherer<>("test", once)) {
      assertThatThrownBy(() -> gatherer.ask(1).await()).isInstanceOf(SQLException.class);
      assertThat(gatherer.ask(2).await()).isEqualTo(4);
    }
  }

  @Test
  void onceItIsClosedNobodyWaits() {
    var gatherer = new Gatherer<Integer, Integer>("test", GathererTest::doubled);
    gatherer.close();

    assertThatThrownBy(() -> gatherer.ask(1).await()).hasMessageContaining("closing");
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
