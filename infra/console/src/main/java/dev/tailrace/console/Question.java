package dev.tailrace.console;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** What a person is asked before something that can't be taken back. */
final class Question {

  private static final List<String> YES = List.of("y", "yes");

  private final BufferedReader answers;

  Question(BufferedReader answers) {
    this.answers = answers;
  }

  /**
   * Asks; returns when the answer is yes.
   *
   * @throws CannotException when it is another, or there is nobody to answer
   */
  void ask(PrintWriter out, String question) {
    out.print(question + " [y/N] ");
    out.flush();
    String answer;
    try {
      answer = answers.readLine();
    } catch (IOException e) {
      throw new CannotException("Nothing was done: the answer could not be read.", e);
    }
    if (answer == null) {
      out.println();
      throw new CannotException("Nothing was done: nobody answered. With --yes nobody is asked.");
    }
    if (!YES.contains(answer.strip().toLowerCase(Locale.ROOT))) {
      throw new CannotException("Nothing was done.");
    }
  }
}
