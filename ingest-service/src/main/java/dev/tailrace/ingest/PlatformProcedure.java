package dev.tailrace.ingest;

import dev.tailrace.contracts.token.Grant;
import java.util.Set;

/** A procedure that the platform's own services call, and nobody else. */
interface PlatformProcedure<I extends Record, O extends Record> extends Procedure<I, O> {

  @Override
  default Set<Grant.Kind> callers() {
    return Set.of(Grant.Kind.PLATFORM);
  }
}
