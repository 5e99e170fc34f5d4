package dev.tailrace.local;

import dev.tailrace.contracts.event.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Where the running pipeline is, left in its data directory for the commands that talk to it. */
record Whereabouts(
    long pid,
    String ingestUrl,
    String databaseUrl,
    String databaseUser,
    String kafka,
    String stripeUrl,
    String ablyUrl,
    String daytonaUrl,
    String resendUrl,
    String webhookSecret) {

  private static final String FILE = "up.json";

  static Whereabouts read(Path data) {
    Path file = data.resolve(FILE);
    try {
      Whereabouts whereabouts = Json.MAPPER.readValue(file.toFile(), Whereabouts.class);
      if (ProcessHandle.of(whereabouts.pid()).isEmpty()) {
        throw notRunning(data);
      }
      return whereabouts;
    } catch (IOException e) {
      throw notRunning(data);
    }
  }

  private static CannotException notRunning(Path data) {
    return new CannotException(
        "Tailrace is not running on " + data + ". Start it in another terminal: ./tailrace up");
  }

  void write(Path data) throws IOException {
    Path draft = data.resolve(FILE + ".new");
    Files.writeString(draft, Json.write(this));
    Files.move(draft, data.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
  }

  static void erase(Path data) throws IOException {
    Files.deleteIfExists(data.resolve(FILE));
  }
}
