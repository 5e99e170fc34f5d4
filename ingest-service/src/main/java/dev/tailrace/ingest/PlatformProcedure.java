package dev.tailrace.ingest;

import java.util.Set;

/** A procedure that the platform's own services call, and nobody else. */
interface PlatformProcedure<I extends Record, O extends Record> extends Procedure<I, O> {

  @Override
  default Set<Caller.Kind> callers() {
    return Set.of(Caller.Kind.PLATFORM);
  }
}
