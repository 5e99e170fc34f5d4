package dev.tailrace.local;

import dev.tailrace.standins.StripeSignature;
import dev.tailrace.testkit.Seed;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Webhooks and appends without a pause, from several senders, until it is told to stop; it
 * remembers what was acknowledged.
 *
 * <p>A sender goes on through a crash as a provider does: what was not acknowledged is delivered
 * again, later, under the same id.
 */
final class Traffic {

  private static final int CUSTOMERS = 8;

  /**
   * Each organisation has a channel of its own, and Ably takes 50 messages a second on each: what
   * is over it is not lost, and comes minutes later.
   */
  private static final Duration BETWEEN_APPENDS = Duration.ofMillis(5);

  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final Whereabouts whereabouts;
  private final AtomicBoolean stopped = new AtomicBoolean();
  private final AtomicInteger numbers;
  private final Queue<String> acknowledged = new ConcurrentLinkedQueue<>();
  private final Queue<String> appended = new ConcurrentLinkedQueue<>();
  private final Queue<Integer> refused = new ConcurrentLinkedQueue<>();
  private final List<Thread> senders;
  private final HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).build();

  private Traffic(Whereabouts whereabouts, AtomicInteger numbers, Seed seed) {
    this.whereabouts = whereabouts;
    this.numbers = numbers;
    long start = seed.below(3);
    senders =
        List.of(
            Thread.startVirtualThread(() -> deliverAll(start)),
            Thread.startVirtualThread(() -> deliverAll(start + 1)),
            Thread.startVirtualThread(this::appendAll));
  }

  /**
   * @param numbers gives each event its number, over all rounds
   */
  static Traffic to(RunningTailrace tailrace, AtomicInteger numbers, Seed seed) {
    return new Traffic(tailrace.whereabouts(), numbers, seed);
  }

  /** The accounts that the events are about. */
  static void openAccounts(Whereabouts whereabouts) throws SQLException {
    try (Connection connection = connect(whereabouts);
        PreparedStatement insert =
            connection.prepareStatement(
                """
                with owner as (insert into organization (id, name, slug) values (?, ?, ?) returning id)
                insert into billing_account (organization_id, stripe_customer_id) select id, ? from owner""")) {
      for (int i = 0; i < CUSTOMERS; i++) {
        insert.setString(1, "org_" + i);
        insert.setString(2, "Organisation " + i);
        insert.setString(3, "org-" + i);
        insert.setString(4, "cus_" + i);
        insert.executeUpdate();
      }
    }
  }

  /** Stripe's ids of the events whose webhook was answered 2xx. */
  List<String> acknowledged() {
    return List.copyOf(acknowledged);
  }

  /** How many events were committed by an append in SQL. */
  int appended() {
    return appended.size();
  }

  /** How many have been acknowledged so far, one way or the other. */
  int size() {
    return acknowledged.size() + appended.size();
  }

  private void deliverAll(long offset) {
    while (!stopped.get()) {
      Integer again = refused.poll();
      int number = again == null ? numbers.incrementAndGet() : again;
      if (!deliver(number, (number + offset) % CUSTOMERS)) {
        refused.add(number);
      }
    }
  }

  private boolean deliver(int number, long customer) {
    String id = "evt_" + number;
    String event =
        """
        {"id":"%s","object":"event","api_version":null,"created":%d,"type":"customer.subscription.updated",
         "data":{"object":{"id":"sub_%d","object":"subscription","customer":"cus_%d","status":"active",
         "items":{"data":[{"id":"si_1"}]}}}}"""
            .formatted(id, 1_767_225_600 + number, customer, customer);
    try {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(whereabouts.ingestUrl() + "/webhooks/stripe"))
              .timeout(PATIENCE)
              .header(
                  "Stripe-Signature",
                  StripeSignature.header(whereabouts.webhookSecret(), Instant.now(), event))
              .POST(BodyPublishers.ofString(event))
              .build();
      if (http.send(request, BodyHandlers.ofString()).statusCode() != 200) {
        return false;
      }
      acknowledged.add(id);
      return true;
    } catch (Exception e) {
      return false;
    }
  }

  private void appendAll() {
    while (!stopped.get()) {
      try (Connection connection = connect(whereabouts);
          PreparedStatement append =
              connection.prepareStatement(
                  """
                  select id from outbox_append('kitchen.task.progress', ?, ?, jsonb_build_object(
                    'taskId', ?, 'employeeId', 'emp-1', 'progressPercent', 50, 'updatedAt', '2026-01-31T12:00:00Z'))""")) {
        while (!stopped.get()) {
          append(append, numbers.incrementAndGet() % CUSTOMERS);
          LockSupport.parkNanos(BETWEEN_APPENDS.toNanos());
        }
      } catch (SQLException e) {
        Thread.onSpinWait();
      }
    }
  }

  private void append(PreparedStatement append, int organization) throws SQLException {
    String task = "task-" + organization;
    append.setString(1, "org_" + organization);
    append.setString(2, task);
    append.setString(3, task);
    try (ResultSet row = append.executeQuery()) {
      row.next();
      appended.add(row.getString(1));
    }
  }

  private static Connection connect(Whereabouts whereabouts) throws SQLException {
    return DriverManager.getConnection(whereabouts.databaseUrl(), whereabouts.databaseUser(), "");
  }

  /** Ends the senders, and waits until they have. */
  void end() throws InterruptedException {
    stopped.set(true);
    for (Thread sender : senders) {
      sender.join();
    }
    http.shutdownNow();
  }
}
