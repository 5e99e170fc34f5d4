package dev.tailrace.ingest;

import java.util.List;

/**
 * The procedures that need nothing but their transaction. A new one is a line here, and its input's
 * schema, which {@code ./tailrace generate} writes.
 */
final class Procedures {

  private Procedures() {}

  static List<Procedure<?, ?>> all() {
    return List.of(
        new CreateOrganization(),
        new CreateUser(),
        new CreateProject(),
        new CreateMachine(),
        new ReportMachineStatus(),
        new ArchiveMachine(),
        new CreateCheckout(),
        new GetCheckout(),
        new CreateEstate(),
        new BuildEstate(),
        new Poke());
  }
}
