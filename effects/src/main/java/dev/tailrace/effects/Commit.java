package dev.tailrace.effects;

import java.sql.SQLException;

/**
 * What a handler wants to commit after its external call: its rows and the events that it appends,
 * in one transaction with the record that the effect is done, if there is to be one.
 *
 * <p>The transaction is opened after the handler has returned, so that none is ever held across a
 * call. When the work ends in anything but {@link Outcome.Done}, or throws, it is rolled back.
 */
public record Commit(Work work) implements Handled {

  /** The work within the transaction. */
  @FunctionalInterface
  public interface Work {
    Outcome in(Transaction transaction) throws SQLException;
  }
}
