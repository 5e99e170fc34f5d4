package dev.tailrace.standins;

import java.util.Optional;

/**
 * The part of a stand-in that knows one provider: its paths, its refusals, and the words in which
 * it fails.
 */
interface Provider {

  /**
   * Does what the provider would do.
   *
   * @param midway called once by a provider for which it matters that the work has begun and isn't
   *     done: a slow stand-in spends its delay there
   */
  Reply answer(Request request, Runnable midway);

  /**
   * What the provider says when it fails with {@code status}; {@code code} is its own error code,
   * when one was asked for.
   */
  Reply.Answer failure(Request request, int status, Optional<String> code);

  /** How large a body may be to be read at all; the provider's own limit may be lower. */
  default long largestBodyBytes() {
    return 4L * 1024 * 1024;
  }

  /** Answers a path under {@code /_standin/} that only this provider has. */
  default Optional<Reply> control(Request request) {
    return Optional.empty();
  }
}
