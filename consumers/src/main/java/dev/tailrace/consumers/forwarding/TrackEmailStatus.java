package dev.tailrace.consumers.forwarding;

import dev.tailrace.contracts.event.Envelope;
import dev.tailrace.contracts.event.ResendEvent.EmailStatus;
import dev.tailrace.effects.Commit;
import dev.tailrace.effects.Effect;
import dev.tailrace.effects.Handled;
import dev.tailrace.effects.Handler;
import dev.tailrace.effects.Outcome;
import java.sql.Connection;
import java.time.ZoneOffset;
import org.jdbi.v3.core.Jdbi;

/**
 * What became of a mail that we sent, by Resend's last word on it: webhooks come in any order, and
 * more than once.
 */
final class TrackEmailStatus implements Handler<EmailStatus> {

  @Override
  public Handled handle(Effect<EmailStatus> effect) {
    EmailStatus word = effect.event();
    return new Commit(
        transaction ->
            put(transaction.connection(), effect.envelope(), word)
                ? Outcome.done("mail %s is %s".formatted(word.emailId(), word.status()))
                : Outcome.skipped("a later word of mail %s is there".formatted(word.emailId())));
  }

  /**
   * Whether it was the last word; the handle is never closed, since with it would go the runtime's
   * connection.
   */
  private static boolean put(Connection connection, Envelope envelope, EmailStatus word) {
    return Jdbi.open(connection)
            .createUpdate(
                """
                insert into email_delivery (email_id, status, reason, occurred_at, seq, event_id)
                values (:email, :status, :reason, :occurred, :seq, :event)
                on conflict (email_id) do update set
                  status = excluded.status, reason = excluded.reason,
                  occurred_at = excluded.occurred_at, seq = excluded.seq,
                  event_id = excluded.event_id, updated_at = now()
                where (email_delivery.occurred_at, email_delivery.seq)
                  < (excluded.occurred_at, excluded.seq)""")
            .bind("email", word.emailId())
            .bind("status", word.status())
            .bind("reason", word.reason().orElse(""))
            .bind("occurred", envelope.occurredAt().atOffset(ZoneOffset.UTC))
            .bind("seq", envelope.seq())
            .bind("event", envelope.id())
            .execute()
        == 1;
  }
}
