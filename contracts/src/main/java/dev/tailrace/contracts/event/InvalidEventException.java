package dev.tailrace.contracts.event;

import java.util.List;
import java.util.stream.Collectors;

/** An event that can't be appended, with everything that is wrong with it. */
public final class InvalidEventException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient List<Problem> problems;

  public InvalidEventException(String type, List<Problem> problems) {
    super(
        problems.stream()
            .map(Problem::toString)
            .collect(Collectors.joining("; ", type + " can't be appended: ", "")));
    this.problems = List.copyOf(problems);
  }

  public List<Problem> problems() {
    return problems;
  }
}
