package dev.tailrace.consumers.forwarding;

import java.util.Locale;
import java.util.Optional;

/**
 * An address alone, in lower case, out of what stands in a mail's header: {@code Ada
 * <Ada@example.com>}.
 */
record MailAddress(String text) {

  /** The text itself when there is no address in it. */
  static MailAddress bare(String header) {
    int open = header.lastIndexOf('<');
    int close = header.indexOf('>', open + 1);
    String inner = open >= 0 && close > open ? header.substring(open + 1, close) : header;
    return new MailAddress((inner.isBlank() ? header : inner).strip().toLowerCase(Locale.ROOT));
  }

  /** What stands behind the at sign; empty without one. */
  String domain() {
    return text.substring(at()).replaceFirst("^@", "");
  }

  /** What stands before it. */
  String local() {
    return text.substring(0, at());
  }

  /** What stands between the plus sign and the at sign, if anything does. */
  Optional<String> tag() {
    String local = local();
    int plus = local.indexOf('+');
    return plus >= 0 && plus + 1 < local.length()
        ? Optional.of(local.substring(plus + 1))
        : Optional.empty();
  }

  private int at() {
    int at = text.lastIndexOf('@');
    return at < 0 ? text.length() : at;
  }
}
