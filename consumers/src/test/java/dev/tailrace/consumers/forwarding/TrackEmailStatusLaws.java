package dev.tailrace.consumers.forwarding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.contracts.event.Catalogue;
import dev.tailrace.contracts.event.Envelope;
import dev.tailrace.contracts.event.Json;
import dev.tailrace.contracts.event.Origin;
import dev.tailrace.contracts.event.ResendEvent.EmailStatus;
import dev.tailrace.contracts.outbox.Database;
import dev.tailrace.contracts.sealing.Sealing;
import dev.tailrace.contracts.sealing.SealingKeys;
import dev.tailrace.contracts.service.HttpCalls.Heard;
import dev.tailrace.effects.EffectsDriver;
import dev.tailrace.testkit.Seed;
import dev.tailrace.testkit.Seeds;
import dev.tailrace.testkit.TestDatabase;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever order words of a mail come in, and however often, the last one stands. */
class TrackEmailStatusLaws {

  private static final int RUNS = 25;
  private static final List<String> STATUSES =
      List.of("sent", "delivered", "delivery_delayed", "bounced", "complained");

  private static final Comparator<Envelope> BY_AGE =
      Comparator.comparing(Envelope::occurredAt).thenComparing(Envelope::seq);

  private TestDatabase database;
  private EffectsDriver forwarding;
  private int seq;

  @TempDir private Path state;

  @BeforeEach
  void start() throws Exception {
    database = TestDatabase.create();
    Database.migrate(database.dataSource());
    forwarding =
        EffectsDriver.of(
            Forwarding.application(
                new Forwarding.Parts(
                    database.dataSource(),
                    Sealing.read(SealingKeys.fresh()).orElseThrow(),
                    (machine, message) -> new Heard.Nothing("there is nobody"),
                    id -> new Mails.Fetched.TooLarge(),
                    new MailLoops(List.of()),
                    2,
                    Clock.systemUTC())),
            database.dataSource(),
            state);
  }

  @AfterEach
  void stop() {
    forwarding.close();
    database.close();
  }

  /** Of few moments, so that several fall together. */
  private Envelope word(Seed seed, String emailId) {
    seq++;
    var status =
        new EmailStatus(
            emailId, seed.oneOf(STATUSES), seed.flip() ? Optional.of("n" + seq) : Optional.empty());
    var type = Catalogue.of(EmailStatus.class);
    return new Envelope(
        new UUID(0x0199_0000_0000_7000L, Long.MIN_VALUE | seq),
        "%019d".formatted(seq),
        type.name(),
        "resend/platform",
        type.aggregateType(),
        emailId,
        Told.NOON.plusSeconds(seed.below(4)),
        Origin.NONE,
        Json.write(status));
  }

  @Test
  void theLastWordStands() {
    Seeds.forEach(
        RUNS,
        seed -> {
          String emailId = "em_" + seed.uuid();
          List<Envelope> words = seed.list(1 + seed.below(8), () -> word(seed, emailId));
          var coming = new ArrayList<>(words);
          coming.addAll(seed.list(seed.below(4), () -> seed.oneOf(words)));
          seed.shuffled(coming).forEach(forwarding::arrives);

          Envelope last = words.stream().max(BY_AGE).orElseThrow();
          assertThat(
                  database.strings(
                      "select event_id::text from email_delivery where email_id = ?", emailId))
              .containsExactly(last.id().toString());
          assertThat(
                  database.strings("select status from email_delivery where email_id = ?", emailId))
              .containsExactly(Json.read(last.payload()).path("status").asText());
        });
  }
}
