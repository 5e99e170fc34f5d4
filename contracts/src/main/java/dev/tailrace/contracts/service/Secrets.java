package dev.tailrace.contracts.service;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Secrets of one kind, all of them valid: given for good, or kept in a file that may change. */
public sealed interface Secrets {

  /** None at all. */
  Secrets NONE = new Given(List.of());

  /** They stay as long as the service runs. */
  record Given(List<String> secrets) implements Secrets {

    public Given {
      secrets = List.copyOf(secrets);
    }

    /** Leaves the secrets out. */
    @Override
    public String toString() {
      return secrets.size() + " secrets";
    }
  }

  /** They are whatever the file holds at the time. */
  record InFile(Path file) implements Secrets {

    @Override
    public String toString() {
      return "secrets in " + file;
    }
  }

  /** The secrets of a text, which are separated by commas or line ends. */
  static List<String> split(String text) {
    return Stream.of(text.split("[,\\s]+", -1)).filter(secret -> !secret.isEmpty()).toList();
  }
}
