package dev.tailrace.local;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** One vendor, one class: which adapters may know a vendor's types. */
final class VendorRules {

  private static final String FIX =
      "a vendor's next version, or the next vendor, is then a change of one class. To fix: give the"
          + " adapter a method that takes and returns our own types, and call that";

  @ArchTest
  static final ArchRule STRIPE_IS_KNOWN_TO_ITS_ADAPTER =
      onlyIn("com.stripe..", "dev.tailrace.consumers.billing.StripePayments");

  @ArchTest
  static final ArchRule ABLY_IS_KNOWN_TO_ITS_ADAPTER =
      onlyIn("io.ably..", "dev.tailrace.bridge.AblyPublisher");

  /**
   * The engine and its settings, and what of ours Debezium calls: a connector, its task, how that
   * reads.
   */
  @ArchTest
  static final ArchRule DEBEZIUM_IS_KNOWN_TO_ITS_ADAPTERS =
      onlyIn(
          "io.debezium..",
          "dev.tailrace.relay.DebeziumConnector",
          "dev.tailrace.relay.DebeziumDecoder",
          "dev.tailrace.relay.DebeziumSettings",
          "dev.tailrace.relay.DebeziumSlotConnection",
          "dev.tailrace.relay.DebeziumSlotStream",
          "dev.tailrace.relay.DebeziumStream",
          "dev.tailrace.relay.DebeziumTask");

  /** Ingest's public door, and the three classes behind which the stand-ins have theirs. */
  @ArchTest
  static final ArchRule HELIDON_IS_KNOWN_TO_ITS_ADAPTERS =
      onlyIn(
          "io.helidon..",
          "dev.tailrace.ingest.PublicServer",
          "dev.tailrace.standins.FrontDoor",
          "dev.tailrace.standins.Listener",
          "dev.tailrace.standins.HelidonRequest");

  /** What seals, and what makes the keys for it. */
  @ArchTest
  static final ArchRule TINK_IS_KNOWN_TO_ITS_ADAPTERS =
      onlyIn(
          "com.google.crypto.tink..",
          "dev.tailrace.contracts.sealing.Sealing",
          "dev.tailrace.contracts.sealing.SealingKeys");

  /** What posts to machines, and what decides which of their addresses are dialled. */
  @ArchTest
  static final ArchRule HTTP_COMPONENTS_ARE_KNOWN_TO_THEIR_ADAPTER =
      onlyIn(
          "org.apache.hc..",
          "dev.tailrace.consumers.forwarding.HttpDaemons",
          "dev.tailrace.consumers.forwarding.CheckedDns");

  private VendorRules() {}

  private static ArchRule onlyIn(String vendor, String... adapters) {
    return noClasses()
        .that(not(Habits.in(adapters)))
        .should()
        .dependOnClassesThat()
        .resideInAPackage(vendor)
        .because(FIX);
  }
}
