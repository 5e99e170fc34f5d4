package dev.tailrace.relay;

import io.debezium.embedded.Connect;
import io.debezium.engine.DebeziumEngine;
import io.debezium.engine.RecordChangeEvent;
import io.debezium.engine.format.ChangeEventFormat;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Debezium engine that reads the slot into the intake of a {@link SlotReading}.
 *
 * <p>An engine that has stopped can't be started again: a stream runs once, and what ends it is
 * told to the intake. It is closed only when it polls, or has ended; before that it is interrupted.
 */
final class DebeziumStream implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(DebeziumStream.class);
  private static final Duration SETTLED = Duration.ofSeconds(1);

  private final String name = UUID.randomUUID().toString();
  private final SlotReading reading;
  private final DebeziumEngine<RecordChangeEvent<SourceRecord>> engine;
  private final CountDownLatch closable = new CountDownLatch(1);
  private final Thread thread =
      Thread.ofPlatform().daemon().name("relay-engine").unstarted(this::run);

  DebeziumStream(RelayConfig config, SlotReading reading) {
    this.reading = reading;
    this.engine =
        DebeziumEngine.create(ChangeEventFormat.of(Connect.class))
            .using(DebeziumSettings.of(config, name))
            .using(polling())
            .using((success, message, error) -> ended(message, error))
            .notifying((records, committer) -> {})
            .build();
  }

  /** Uses of Debezium what an engine uses before it reads, and reads nothing. */
  static void prepare(RelayConfig config) {
    var reading = new SlotReading(new Postgres(config.database()), config, new Intake(1), () -> {});
    var never = new DebeziumStream(config, reading);
    var settings = new HashMap<String, String>();
    DebeziumSettings.of(config, never.name)
        .forEach((name, value) -> settings.put(name.toString(), value.toString()));
    var _ = new DebeziumConnector().validate(settings);
  }

  private DebeziumEngine.ConnectorCallback polling() {
    return new DebeziumEngine.ConnectorCallback() {
      @Override
      public void pollingStarted() {
        closable.countDown();
      }
    };
  }

  private void ended(@Nullable String message, @Nullable Throwable error) {
    reading
        .intake()
        .failed(error != null ? error : new IllegalStateException("the engine ended: " + message));
  }

  DebeziumStream start() {
    DebeziumTask.READINGS.put(name, reading);
    thread.start();
    return this;
  }

  private void run() {
    try {
      engine.run();
    } catch (RuntimeException e) {
      ended(e.getMessage(), e);
    } finally {
      closable.countDown();
      DebeziumTask.READINGS.remove(name);
    }
  }

  /** Ends the engine, and frees the slot; also for a thread that was interrupted before. */
  @Override
  public void close() {
    boolean wasInterrupted = Thread.interrupted();
    reading.intake().close();
    try {
      if (closable.await(SETTLED.toMillis(), TimeUnit.MILLISECONDS)) {
        engine.close();
      }
    } catch (IOException | IllegalStateException e) {
      log.atDebug().setCause(e).log("the engine was ending already");
    } catch (InterruptedException e) {
      wasInterrupted = true;
    }
    reading.close();
    thread.interrupt();
    if (wasInterrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
