package dev.tailrace.benchmarks;

import java.io.IOException;
import java.sql.SQLException;

/** A way from the outbox to Kafka, or a part of one, whose speed is measured. */
interface Contestant extends Participant {

  /** Whether it goes all the way from the outbox to Kafka. */
  boolean isWhole();

  /**
   * Makes what must be there before the rows are: its slot, its topics.
   *
   * @param id tells this entry from all others of the run; good for a slot's name
   * @param rows how many the backlog has, without the one before and the one after it
   */
  Entry enter(Stage stage, String id, long rows)
      throws IOException, SQLException, InterruptedException;
}
