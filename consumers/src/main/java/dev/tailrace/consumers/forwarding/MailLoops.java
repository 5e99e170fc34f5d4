package dev.tailrace.consumers.forwarding;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Mails that no person wrote to a project: what answers by itself, what reports that a mail did not
 * arrive, lists, and ourselves.
 *
 * <p>A machine answers mails. Were it to answer one that answers by itself, the two would go on for
 * ever.
 *
 * @param ownDomains that mails of ours are from, those below them included
 */
record MailLoops(List<String> ownDomains) {

  private static final Pattern NOBODY =
      Pattern.compile("(mailer-daemon|postmaster|no[-_.]?reply|do[-_.]?not[-_.]?reply)([+_.-].*)?");

  private static final Set<String> NOT_PERSONAL =
      Set.of("bulk", "junk", "list", "auto_reply", "auto-reply");

  MailLoops {
    ownDomains = ownDomains.stream().map(domain -> domain.toLowerCase(Locale.ROOT)).toList();
  }

  /** Why a mail of this sender is not forwarded, if it isn't. */
  Optional<String> bySender(MailAddress sender) {
    if (ownDomains.stream().anyMatch(own -> isWithin(sender.domain(), own))) {
      return Optional.of("it is from a domain of our own, " + sender.domain());
    }
    return NOBODY.matcher(sender.local()).matches()
        ? Optional.of("nobody reads what is answered to " + sender.text())
        : Optional.empty();
  }

  /** Why a mail with these headers is not forwarded, if it isn't. */
  static Optional<String> byHeaders(Mail mail) {
    return first(mail, "Auto-Submitted", value -> !beginsWith(value, "no"))
        .or(() -> first(mail, "Precedence", MailLoops::isNotPersonal))
        .or(() -> first(mail, "X-Auto-Response-Suppress", value -> !beginsWith(value, "none")))
        .or(() -> first(mail, "Return-Path", value -> value.replace(" ", "").equals("<>")))
        .or(() -> first(mail, "List-Id", value -> true));
  }

  private static boolean isWithin(String domain, String own) {
    return domain.equals(own) || domain.endsWith("." + own);
  }

  /** A word of the header's beginning, with nothing or a parameter behind it. */
  private static boolean beginsWith(String value, String word) {
    return value.toLowerCase(Locale.ROOT).split("[;,\\s(]", 2)[0].equals(word);
  }

  private static boolean isNotPersonal(String precedence) {
    return NOT_PERSONAL.contains(precedence.toLowerCase(Locale.ROOT));
  }

  private static Optional<String> first(
      Mail mail, String header, java.util.function.Predicate<String> tells) {
    return mail.header(header).stream()
        .filter(tells)
        .findFirst()
        .map(value -> "no person wrote it: it has %s".formatted(header));
  }
}
