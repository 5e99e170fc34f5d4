package dev.tailrace.effects;

/** What a consumer threw that it was registered with as final. */
final class FatalException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient Throwable thrown;

  private FatalException(Throwable thrown) {
    super(thrown);
    this.thrown = thrown;
  }

  /** What the consumer brought. */
  @FunctionalInterface
  interface Its<T, X extends Exception> {
    T run() throws X;
  }

  /** Runs what the consumer brought: only what that throws can be final. */
  static <T, X extends Exception> T orResult(Patience patience, Its<T, X> work) throws X {
    try {
      return work.run();
    } catch (Throwable e) {
      if (patience.isFatal(e)) {
        throw new FatalException(e);
      }
      throw e;
    }
  }

  String reason() {
    return Reasons.of(thrown);
  }
}
