package dev.tailrace.standins;

import java.security.SecureRandom;

/**
 * Identifiers that look like Stripe's: a prefix that tells the kind, and letters that tell nothing.
 */
final class StripeIds {

  private static final String LETTERS =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

  private final SecureRandom random = new SecureRandom();

  String customer() {
    return "cus_" + letters(14);
  }

  String subscription() {
    return "sub_1" + letters(23);
  }

  String item() {
    return "si_" + letters(14);
  }

  String invoice() {
    return "in_1" + letters(23);
  }

  String line() {
    return "il_1" + letters(23);
  }

  String session() {
    return "cs_test_a1" + letters(56);
  }

  /** What makes the address of a page that needs no sign-in hard to guess. */
  String secret() {
    return letters(48);
  }

  String event() {
    return "evt_1" + letters(23);
  }

  String request() {
    return "req_" + letters(14);
  }

  private String letters(int count) {
    StringBuilder text = new StringBuilder(count);
    for (int i = 0; i < count; i++) {
      text.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    return text.toString();
  }
}
