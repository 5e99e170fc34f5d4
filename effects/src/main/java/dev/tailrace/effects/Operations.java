package dev.tailrace.effects;

import dev.tailrace.contracts.event.Catalogue;
import dev.tailrace.contracts.event.Envelope;
import dev.tailrace.contracts.event.EventType;
import java.util.Optional;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries out in a task what operators ask of its effects; pauses last until they are ended. */
final class Operations {

  private static final Logger log = LoggerFactory.getLogger(Operations.class);

  private final Consumers consumers;
  private final KeyValueStore<String, byte[]> paused;
  private final Lanes lanes;
  private final Runs runs;
  private final Books books;
  private final Crossings crossings;

  Operations(
      Consumers consumers,
      KeyValueStore<String, byte[]> paused,
      Lanes lanes,
      Runs runs,
      Books books,
      Crossings crossings) {
    this.consumers = consumers;
    this.paused = paused;
    this.lanes = lanes;
    this.runs = runs;
    this.books = books;
    this.crossings = crossings;
  }

  /** What was paused stays so. */
  void restore() {
    try (KeyValueIterator<String, byte[]> all = paused.all()) {
      while (all.hasNext()) {
        KeyValue<String, byte[]> entry = all.next();
        if (CommandRecord.parse(entry.value) instanceof Command.Pause pause) {
          lanes.pause(now(pause.scope()));
        }
      }
    }
  }

  /** Does as it says; what is no command is told in the log and passed over. */
  void carryOut(byte[] record) {
    Command command;
    try {
      command = CommandRecord.parse(record);
    } catch (RuntimeException e) {
      log.atError()
          .addKeyValue("reason", Reasons.of(e))
          .log("a record among the commands is none, and is passed over");
      return;
    }
    log.atInfo()
        .addKeyValue("command", CommandRecord.name(command))
        .addKeyValue("on", CommandRecord.object(command))
        .addKeyValue("by", command.by())
        .addKeyValue("why", command.why())
        .log("an operator's command");
    switch (command) {
      case Command.Pause pause -> {
        Scope scope = now(pause.scope());
        paused.put(text(scope), record);
        lanes.pause(scope);
        runs.recall(scope::touches);
      }
      case Command.Resume resume -> {
        Scope scope = now(resume.scope());
        paused.delete(text(scope));
        lanes.resume(scope);
      }
      case Command.RetryNow retry -> lanes.hurry(now(retry.scope()));
      case Command.Cancel cancel -> {
        Scope scope = now(cancel.scope());
        runs.recall(scope::touches);
        int cancelled = books.cancel(new Command.Cancel(scope, cancel.by(), cancel.why()));
        log.atInfo().addKeyValue("effects", cancelled).log("cancelled");
      }
      case Command.Redrive redrive -> redrive(redrive.letter());
      case Command.Discard discard -> books.discard(discard);
    }
  }

  private void redrive(DeadLetter letter) {
    Optional<Consumer<?>> consumer = consumers.find(letter.consumer());
    Optional<EventType<?>> type = Catalogue.find(letter.envelope().type());
    if (consumer.isEmpty() || type.isEmpty()) {
      books.buryAgain(
          letter,
          "this version has no %s: redrive it to one that has (%s)"
              .formatted(
                  consumer.isEmpty() ? letter.consumer() : letter.envelope().type(),
                  letter.reason()));
      return;
    }
    Envelope envelope = letter.envelope();
    String lane;
    try {
      lane = consumer.get().laneAgain(envelope, type.get());
    } catch (RuntimeException | StackOverflowError | LinkageError | AssertionError e) {
      books.buryAgain(letter, "its lane failed: " + Reasons.of(e));
      return;
    }
    if (consumer.get().laning().isAcross()) {
      crossings.passAgain(consumer.get(), lane, letter);
      return;
    }
    EffectKey key = consumer.get().key(lane, envelope);
    books.addLast(letter.item().isEmpty() ? key : key.ofItem(letter.item()), letter);
  }

  /** By the name that the consumer has now. */
  private Scope now(Scope scope) {
    return consumers.find(scope.consumer()).map(Consumer::name).map(scope::of).orElse(scope);
  }

  private static String text(Scope scope) {
    return scope.consumer() + "\0" + scope.lane().orElse("");
  }
}
