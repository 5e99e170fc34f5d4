package dev.tailrace.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tailrace.contracts.event.Catalogue;
import dev.tailrace.contracts.event.Json;
import dev.tailrace.contracts.event.NewEvent;
import dev.tailrace.contracts.event.Origin;
import dev.tailrace.contracts.event.Problem;
import dev.tailrace.contracts.event.RpcCalled;
import dev.tailrace.contracts.outbox.Outbox;
import dev.tailrace.ingest.Repeats.Repeatable;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Carries calls out: the procedure's rows and events, the event that tells of the call, and the
 * answer that is kept for a repeat are one transaction. A refused call leaves nothing of it, and
 * its repeat is a call of its own.
 */
final class Calls {

  private static final int OK = 200;

  private final Transactions transactions;
  private final Clock clock;

  Calls(Transactions transactions, Clock clock) {
    this.transactions = transactions;
    this.clock = clock;
  }

  /**
   * Carries the call out; when this returns, what it says is committed.
   *
   * @throws SQLException when the database is away: nothing is known of the call then
   */
  <I extends Record, O extends Record> Settled settle(Asked<I, O> asked) throws SQLException {
    Optional<Repeatable> repeatable = asked.key().map(key -> repeatable(asked, key));
    return transactions.run(
        connection -> {
          var call = new Call(connection, asked.caller(), clock.instant(), asked.traceparent());
          return repeatable.isEmpty()
              ? carryOut(call, asked, Optional.empty())
              : once(call, asked, repeatable.get());
        });
  }

  private static <I extends Record, O extends Record> Settled once(
      Call call, Asked<I, O> asked, Repeatable repeatable) throws SQLException {
    return switch (Repeats.claim(call.connection(), repeatable, call.now())) {
      case Repeats.First _ -> carryOut(call, asked, Optional.of(repeatable));
      case Repeats.Running _ -> new Settled.StillRunning();
      case Repeats.Other _ -> new Settled.KeyTaken();
      case Repeats.Answered(int status, String response) -> new Settled.Repeated(status, response);
    };
  }

  private static <I extends Record, O extends Record> Settled carryOut(
      Call call, Asked<I, O> asked, Optional<Repeatable> repeatable) throws SQLException {
    Connection connection = call.connection();
    return switch (asked.procedure().call(call, asked.input())) {
      case Result.Refused<O> refused -> {
        connection.rollback();
        yield new Settled.TurnedDown(refused);
      }
      case Result.Done<O> done when !asked.caller().mayActFor(done.tenantId()) -> {
        connection.rollback();
        yield new Settled.TurnedDown(elsewhere(asked.caller()));
      }
      case Result.Done<O> done -> {
        Optional<UUID> told = tell(call, asked, done);
        String response = Json.write(done.output());
        if (repeatable.isPresent()) {
          Repeats.keep(connection, repeatable.get(), OK, response, call.now());
        }
        yield new Settled.Committed(done.tenantId(), response, told);
      }
    };
  }

  private static Result.Refused<?> elsewhere(Caller caller) {
    String tenant = caller.tenantId().orElseThrow();
    return new Result.Refused<>(
        403,
        "this token acts for another tenant",
        List.of(new Problem("", "the token may act for " + tenant + " alone")));
  }

  private static <I extends Record, O extends Record> Optional<UUID> tell(
      Call call, Asked<I, O> asked, Result.Done<O> done) throws SQLException {
    Procedure<I, O> procedure = asked.procedure();
    if (!procedure.isTold()) {
      return Optional.empty();
    }
    var told = new RpcCalled(told(procedure, asked.input()), told(procedure, done.output()));
    NewEvent event =
        NewEvent.of(Catalogue.rpc(procedure.name()), done.tenantId(), call.now(), told)
            .about(done.aggregateType(), done.aggregateId())
            .withOrigin(Origin.traced(call.traceparent()));
    return Optional.of(Outbox.append(call.connection(), event).id());
  }

  private static ObjectNode told(Procedure<?, ?> procedure, Record value) {
    ObjectNode node = Json.MAPPER.valueToTree(value);
    Redaction.remove(procedure.secrets(), node);
    return node;
  }

  private static Repeatable repeatable(Asked<?, ?> asked, String key) {
    return new Repeatable(
        asked.caller().tokenId(), key, asked.procedure().name(), hash(Json.write(asked.input())));
  }

  private static String hash(String text) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
