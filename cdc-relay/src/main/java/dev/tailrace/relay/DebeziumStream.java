package dev.tailrace.relay;

import io.debezium.embedded.Connect;
import io.debezium.engine.DebeziumEngine;
import io.debezium.engine.DebeziumEngine.RecordCommitter;
import io.debezium.engine.RecordChangeEvent;
import io.debezium.engine.format.ChangeEventFormat;
import io.debezium.engine.spi.OffsetCommitPolicy;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The slot's rows, batch after batch, through one Debezium engine; the slot is told of a batch only
 * when its delivery has returned.
 *
 * <p>An engine that has stopped can't be started again: a stream runs once. What an engine may not
 * be asked is kept from it here: it is closed only when it polls, never while a batch is being
 * delivered (it would interrupt the delivery), and no exception of a delivery is a retriable one of
 * Connect (it would go on with the next batch, and lose this one).
 */
final class DebeziumStream {

  private static final Logger log = LoggerFactory.getLogger(DebeziumStream.class);
  private static final Duration DELIVERY = Duration.ofSeconds(2);
  private static final Duration SETTLED = Duration.ofSeconds(1);

  private final DebeziumEngine<RecordChangeEvent<SourceRecord>> engine;
  private final Delivery delivery;
  private final ReentrantLock delivering = new ReentrantLock();
  private final CountDownLatch closable = new CountDownLatch(1);
  private volatile boolean stopped;
  private volatile Optional<Throwable> failure = Optional.empty();

  /** Takes batches, one after another, in the order of their commits. */
  @FunctionalInterface
  interface Delivery {
    void deliver(Batch batch) throws InterruptedException;
  }

  DebeziumStream(RelayConfig config, Delivery delivery, Runnable polling) {
    this.delivery = delivery;
    this.engine =
        DebeziumEngine.create(ChangeEventFormat.of(Connect.class))
            .using(DebeziumSettings.of(config))
            .using(OffsetCommitPolicy.always())
            .using(callback(polling))
            .using((success, message, error) -> ended(error))
            .notifying(this::handle)
            .build();
  }

  private DebeziumEngine.ConnectorCallback callback(Runnable polling) {
    return new DebeziumEngine.ConnectorCallback() {
      @Override
      public void pollingStarted() {
        closable.countDown();
        polling.run();
      }
    };
  }

  private void ended(@Nullable Throwable error) {
    if (error != null && failure.isEmpty()) {
      failure = Optional.of(error);
    }
  }

  /**
   * Runs until {@link #stop}.
   *
   * @throws Exception what a delivery has thrown, or what has stopped the engine
   */
  void run() throws Exception {
    try {
      engine.run();
    } finally {
      closable.countDown();
    }
    if (!stopped && failure.isPresent()) {
      switch (failure.get()) {
        case Exception e -> throw e;
        case Error e -> throw e;
        case Throwable e -> throw new IllegalStateException(e);
      }
    }
  }

  private void handle(
      List<RecordChangeEvent<SourceRecord>> events,
      RecordCommitter<RecordChangeEvent<SourceRecord>> committer)
      throws InterruptedException {
    delivering.lock();
    try {
      if (stopped || events.isEmpty()) {
        return;
      }
      Optional<Batch> batch =
          DebeziumRows.batch(events.stream().map(RecordChangeEvent::record).toList());
      if (batch.isPresent()) {
        delivery.deliver(batch.get());
      }
      committer.markProcessed(events.getLast());
      committer.markBatchFinished();
    } catch (RuntimeException | Error | InterruptedException e) {
      failure = Optional.of(e);
      throw e;
    } finally {
      delivering.unlock();
    }
  }

  /** Lets the batch under way come to its end, tells the slot, and ends the engine. */
  void stop() throws InterruptedException {
    stopped = true;
    if (delivering.tryLock(DELIVERY.toMillis(), TimeUnit.MILLISECONDS)) {
      delivering.unlock();
    }
    if (!closable.await(SETTLED.toMillis(), TimeUnit.MILLISECONDS)) {
      return; // still connecting: whoever runs it interrupts it
    }
    try {
      engine.close();
    } catch (IOException | IllegalStateException e) {
      log.atDebug().setCause(e).log("the engine was ending already");
    }
  }
}
