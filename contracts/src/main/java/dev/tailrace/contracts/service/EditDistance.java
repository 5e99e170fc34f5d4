package dev.tailrace.contracts.service;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/**
 * How many single characters must change to make one word of another (Levenshtein); for "did you
 * mean".
 */
public final class EditDistance {

  /** Further apart than this, a word was meant to be another. */
  private static final int CLOSE = 3;

  private EditDistance() {}

  /** The known word that was probably meant, if one is close. */
  public static Optional<String> nearest(String unknown, Collection<String> known) {
    return known.stream()
        .min(Comparator.comparingInt(word -> between(unknown, word)))
        .filter(word -> between(unknown, word) <= CLOSE);
  }

  static int between(String a, String b) {
    int[] above = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      above[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] row = new int[b.length() + 1];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = above[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replaced, 1 + Math.min(above[j], row[j - 1]));
      }
      above = row;
    }
    return above[b.length()];
  }
}
