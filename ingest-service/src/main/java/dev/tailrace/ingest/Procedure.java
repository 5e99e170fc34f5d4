package dev.tailrace.ingest;

import dev.tailrace.contracts.token.Grant;
import java.sql.SQLException;
import java.util.Set;

/**
 * One of the platform's own calls, {@code POST /rpc/<name>}: its rows, its events and the event
 * that tells of the call itself are written in one transaction.
 *
 * <p>Input and output are records; the JSON Schema of the input is made from its record, and the
 * input is checked against it before the call.
 */
interface Procedure<I extends Record, O extends Record> {

  /** Such as {@code machine.create}. */
  String name();

  /** What it does, in a sentence, for those who call it. */
  String summary();

  Class<I> input();

  Class<O> output();

  /** Who may call it. */
  Set<Grant.Kind> callers();

  /**
   * Does it, in the call's transaction. When it refuses, nothing of what it wrote is kept; nor when
   * the caller may not act for the tenant that it answers with. One that does more than to write
   * rows asks {@link Caller#mayActFor} before it does.
   *
   * @throws SQLException when the database is away or the transaction lost a race; it may be run
   *     again
   */
  Result<O> call(Call call, I input) throws SQLException;

  /** Whether the call is told as {@code rpc:<name>}, with its input and output. */
  default boolean isTold() {
    return true;
  }

  /**
   * Names of fields of input and output that are not told, at whatever depth. The output itself is
   * kept for a day when its caller gave an {@code Idempotency-Key}: what nobody may read in a table
   * is no output.
   */
  default Set<String> secrets() {
    return Set.of();
  }
}
