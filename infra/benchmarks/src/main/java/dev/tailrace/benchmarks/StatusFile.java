package dev.tailrace.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** The file in which a contestant tells how far it is; always whole. */
record StatusFile(Path path) {

  void write(Status status) throws IOException {
    Path next = path.resolveSibling(path.getFileName() + ".next");
    Files.writeString(next, status.text());
    Files.move(next, path, StandardCopyOption.ATOMIC_MOVE);
  }

  /** What it told last. */
  Status read() {
    try {
      return Status.parse(Files.readString(path));
    } catch (NoSuchFileException e) {
      return Status.NONE;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
