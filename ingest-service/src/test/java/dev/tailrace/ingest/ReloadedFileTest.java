package dev.tailrace.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.testkit.SettableClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReloadedFileTest {

  private static final Duration MOMENT = Duration.ofMillis(999);

  private final SettableClock clock = new SettableClock();
  @TempDir private Path directory;
  private Path path;
  private ReloadedFile<String> file;

  @BeforeEach
  void write() throws IOException {
    path = directory.resolve("file");
    write("one");
    file = new ReloadedFile<>(path, ReloadedFileTest::parse, clock);
  }

  @Test
  void isLookedAtOnceASecond() throws IOException {
    write("two");
    clock.advance(MOMENT);
    assertThat(file.get()).isEqualTo("one");
    clock.advance(Duration.ofMillis(1));
    assertThat(file.get()).isEqualTo("two");
    write("three");
    assertThat(file.get()).isEqualTo("two");
  }

  @Test
  void isLookedAtWhenTheClockWasSetBack() throws IOException {
    write("two");
    clock.advance(Duration.ofHours(-1));
    assertThat(file.get()).isEqualTo("two");
  }

  @Test
  void keepsTheLastGoodValueUntilThereIsABetterOne() throws IOException {
    write("");
    assertThat(later()).isEqualTo("one");
    assertThat(file.isStale()).isTrue();
    Files.delete(path);
    assertThat(later()).isEqualTo("one");
    assertThat(file.isStale()).isTrue();
    Files.write(path, new byte[] {(byte) 0xc3});
    assertThat(later()).isEqualTo("one");
    assertThat(file.isStale()).isTrue();
    write("two");
    assertThat(later()).isEqualTo("two");
    assertThat(file.isStale()).isFalse();
  }

  @Test
  void isFineAgainWithTheTextOfBefore() throws IOException {
    Files.delete(path);
    assertThat(later()).isEqualTo("one");
    write("one");
    assertThat(later()).isEqualTo("one");
    assertThat(file.isStale()).isFalse();
  }

  @Test
  void saysThatItIsStaleWithoutBeingUsed() throws IOException {
    Files.delete(path);
    clock.advance(ReloadedFile.LOOK_AGAIN);
    assertThat(file.isStale()).isTrue();
  }

  @Test
  void beginsWithNothingLessThanAValue() throws IOException {
    write("");
    assertThatThrownBy(() -> new ReloadedFile<>(path, ReloadedFileTest::parse, clock))
        .hasMessage(path + " is empty");
    assertThatThrownBy(
            () -> new ReloadedFile<>(Path.of("/nowhere"), ReloadedFileTest::parse, clock))
        .hasMessage("/nowhere can't be read");
  }

  private String later() {
    clock.advance(ReloadedFile.LOOK_AGAIN);
    return file.get();
  }

  private void write(String text) throws IOException {
    Files.writeString(path, text);
  }

  private static Parsed<String> parse(String text) {
    return text.isEmpty() ? new Parsed.Unusable<>(List.of("is empty")) : new Parsed.Usable<>(text);
  }
}
