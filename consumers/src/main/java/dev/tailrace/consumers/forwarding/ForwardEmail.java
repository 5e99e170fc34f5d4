package dev.tailrace.consumers.forwarding;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tailrace.contracts.event.Envelope;
import dev.tailrace.contracts.event.Json;
import dev.tailrace.contracts.event.ResendEvent.EmailReceived;
import dev.tailrace.effects.Commit;
import dev.tailrace.effects.Effect;
import dev.tailrace.effects.Handled;
import dev.tailrace.effects.Outcome;
import dev.tailrace.effects.Received;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A mail that came in is posted to a machine of its sender's, with its texts.
 *
 * <p>One that was about a project when it came stays that project's. Of another the project is
 * looked for before each attempt: its sender may have none with a machine yet. It waits for the
 * first of them then, and goes to whichever has a machine by the time it is looked at.
 */
final class ForwardEmail {

  private static final String PATH = "/api/integrations/email/webhook";

  /** What a machine is sent at most; a larger mail goes without its texts. */
  private static final int MOST_BYTES = 10 * 1024 * 1024;

  private final Directory directory;
  private final Mails mails;
  private final MailLoops loops;
  private final Deliveries deliveries;

  ForwardEmail(Directory directory, Mails mails, MailLoops loops, Deliveries deliveries) {
    this.directory = directory;
    this.mails = mails;
    this.loops = loops;
    this.deliveries = deliveries;
  }

  /** Who wrote it. */
  static String sender(Received<EmailReceived> received) {
    return MailAddress.bare(received.event().from()).text();
  }

  Aimed aim(Effect<EmailReceived> effect) {
    Envelope envelope = effect.envelope();
    return envelope.aggregateType().equals(Forwarding.PROJECT)
        ? directory.ofProject(envelope.aggregateId())
        : directory.ofMail(sender(effect.received()), slugs(effect));
  }

  /** A hidden recipient is in none of the lists, but may be what the event is about. */
  private static List<String> slugs(Effect<EmailReceived> effect) {
    EmailReceived mail = effect.event();
    return Stream.of(List.of(effect.envelope().aggregateId()), mail.to(), mail.cc())
        .flatMap(List::stream)
        .flatMap(recipient -> MailAddress.bare(recipient).tag().stream())
        .distinct()
        .toList();
  }

  Handled forward(Effect<EmailReceived> effect, Aimed aimed) throws InterruptedException {
    Optional<String> loop = loops.bySender(MailAddress.bare(effect.event().from()));
    if (loop.isPresent()) {
      return refused(effect, loop.get());
    }
    return switch (aimed) {
      case Aimed.AtMachine machine -> fetched(effect, machine);
      case Aimed.Unready machine -> Deliveries.unready(machine);
      case Aimed.NoMachine none -> Deliveries.parked(none);
      case Aimed.Unowned(String sender) ->
          refused(effect, "unknown sender: no user with a project has the address " + sender);
    };
  }

  private Handled fetched(Effect<EmailReceived> effect, Aimed.AtMachine machine)
      throws InterruptedException {
    EmailReceived event = effect.event();
    return switch (mails.fetch(event.emailId())) {
      case Mails.Fetched.Found(Mail mail) -> {
        Optional<String> loop = MailLoops.byHeaders(mail);
        yield loop.isPresent()
            ? refused(effect, loop.get())
            : deliveries.deliver(machine, Message.of(effect, PATH, body(event, mail)));
      }
      case Mails.Fetched.TooLarge() ->
          deliveries.deliver(
              machine, Message.of(effect, PATH, Json.write(truncated(envelope(event)))));
      case Mails.Fetched.Later(Optional<Duration> delay, String reason) ->
          // With a delay of its own it is no failure of the machine's, which is not to be left
          // alone.
          Outcome.retryAfter(delay.orElseGet(() -> usualDelay(effect)), reason);
    };
  }

  private static Duration usualDelay(Effect<EmailReceived> effect) {
    return Forwarding.A_DAY.delay(effect.attempt(), Duration.ZERO, 0).orElse(Duration.ofHours(1));
  }

  private static String body(EmailReceived event, Mail mail) {
    ObjectNode body = envelope(event);
    mail.html().ifPresent(html -> body.put("html", html));
    mail.text().ifPresent(text -> body.put("text", text));
    body.set("headers", mail.headers());
    String whole = Json.write(body);
    return whole.getBytes(UTF_8).length <= MOST_BYTES ? whole : Json.write(truncated(body));
  }

  private static ObjectNode envelope(EmailReceived event) {
    return Json.MAPPER.valueToTree(event);
  }

  private static ObjectNode truncated(ObjectNode body) {
    body.remove(List.of("html", "text"));
    return body.put("truncated", true);
  }

  private static Handled refused(Effect<EmailReceived> effect, String reason) {
    return new Commit(
        transaction -> {
          EmailRefusals.add(transaction.connection(), effect.envelope(), effect.event(), reason);
          return Outcome.done("not forwarded: " + reason);
        });
  }
}
