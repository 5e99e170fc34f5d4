package dev.tailrace.consumers.forwarding;

import dev.tailrace.contracts.event.Envelope;
import dev.tailrace.contracts.event.ResendEvent.EmailReceived;
import java.sql.Connection;
import java.time.ZoneOffset;
import org.jdbi.v3.core.Jdbi;

/** The table of mails that came in and were not forwarded, each with the reason. */
final class EmailRefusals {

  private EmailRefusals() {}

  /** Adds one; the handle is never closed, since with it would go the runtime's connection. */
  static void add(Connection connection, Envelope envelope, EmailReceived mail, String reason) {
    Jdbi.open(connection)
        .createUpdate(
            """
            insert into email_refusal (event_id, email_id, sender, recipient, reason, occurred_at)
            values (:event, :email, :sender, :recipient, :reason, :occurred)
            on conflict (event_id) do nothing""")
        .bind("event", envelope.id())
        .bind("email", mail.emailId())
        .bind("sender", MailAddress.bare(mail.from()).text())
        .bind("recipient", mail.recipient())
        .bind("reason", reason)
        .bind("occurred", envelope.occurredAt().atOffset(ZoneOffset.UTC))
        .execute();
  }
}
