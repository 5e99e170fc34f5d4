package dev.tailrace.ingest;

import java.util.List;
import java.util.Locale;

/** The address alone, out of what stands in a mail's header: {@code Ada <Ada@example.com>}. */
final class MailAddress {

  private MailAddress() {}

  /** Without the name beside it, in lower case; the text itself when there is no address in it. */
  static String bare(String text) {
    int open = text.lastIndexOf('<');
    int close = text.indexOf('>', open + 1);
    String inner = open >= 0 && close > open ? text.substring(open + 1, close) : text;
    return (inner.isBlank() ? text : inner).strip().toLowerCase(Locale.ROOT);
  }

  /**
   * The recipient that says most of where a mail belongs: the first with something behind a plus
   * sign, else the first.
   *
   * @param recipients bare; at least one
   */
  static String telling(List<String> recipients) {
    return recipients.stream()
        .filter(MailAddress::isTagged)
        .findFirst()
        .orElseGet(recipients::getFirst);
  }

  private static boolean isTagged(String address) {
    int plus = address.indexOf('+');
    return plus >= 0 && plus + 1 < address.lastIndexOf('@');
  }
}
