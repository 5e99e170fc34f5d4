package dev.tailrace.ingest;

import dev.tailrace.contracts.token.ApiToken;
import dev.tailrace.contracts.token.ApiTokens;
import dev.tailrace.contracts.token.TokenText;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The tokens that may call us, found by their id and compared in constant time.
 *
 * <p>A token that was found is remembered for {@link #REMEMBERED}: so long may one be used after it
 * was revoked. One that was not found is not remembered, so that a new one works at once; whoever
 * tries many unknown ones shares a few connections with the other strangers, and keeps nobody out
 * who called before.
 */
final class Tokens {

  /** How late a revocation may take effect. */
  static final Duration REMEMBERED = Duration.ofSeconds(5);

  private static final int MOST_REMEMBERED = 10_000;
  private static final int STRANGERS_AT_ONCE = 4;
  private static final Duration PATIENCE = Duration.ofSeconds(1);
  private static final String SCHEME = "Bearer ";

  private final Transactions transactions;
  private final Clock clock;
  private final Map<String, Remembered> remembered = new ConcurrentHashMap<>();
  private final Semaphore strangers = new Semaphore(STRANGERS_AT_ONCE);

  Tokens(Transactions transactions, Clock clock) {
    this.transactions = transactions;
    this.clock = clock;
  }

  private record Remembered(ApiTokens.Known known, Instant until) {}

  /**
   * The token that the request shows; empty without one that may be used.
   *
   * @throws SQLException when the database is away
   */
  Optional<ApiToken> shownBy(Headers headers) throws SQLException {
    Optional<TokenText> text = bearer(headers);
    return text.isEmpty()
        ? Optional.empty()
        : known(text.get().id())
            .filter(known -> known.isShownBy(text.get()))
            .map(ApiTokens.Known::token);
  }

  private static Optional<TokenText> bearer(Headers headers) {
    return headers
        .only("Authorization")
        .filter(text -> text.regionMatches(true, 0, SCHEME, 0, SCHEME.length()))
        .flatMap(text -> TokenText.parse(text.substring(SCHEME.length()).strip()));
  }

  private Optional<ApiTokens.Known> known(String id) throws SQLException {
    Instant now = clock.instant();
    Optional<Remembered> before = Optional.ofNullable(remembered.get(id));
    if (before.isPresent() && now.isBefore(before.get().until())) {
      return before.map(Remembered::known);
    }
    Optional<ApiTokens.Known> found = before.isPresent() ? find(id) : findStranger(id);
    if (found.isPresent()) {
      makeRoom(now);
      remembered.put(id, new Remembered(found.get(), now.plus(REMEMBERED)));
    } else {
      remembered.remove(id);
    }
    return found;
  }

  private Optional<ApiTokens.Known> find(String id) throws SQLException {
    return transactions.run(connection -> ApiTokens.find(connection, id));
  }

  private Optional<ApiTokens.Known> findStranger(String id) throws SQLException {
    try {
      if (!strangers.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new SQLTransientException("too many unknown tokens at once");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SQLTransientException("interrupted", e);
    }
    try {
      return find(id);
    } finally {
      strangers.release();
    }
  }

  private void makeRoom(Instant now) {
    if (remembered.size() >= MOST_REMEMBERED) {
      remembered.values().removeIf(each -> !now.isBefore(each.until()));
    }
    if (remembered.size() >= MOST_REMEMBERED) {
      remembered.clear();
    }
  }
}
