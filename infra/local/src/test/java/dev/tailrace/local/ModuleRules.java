package dev.tailrace.local;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.syntax.elements.ClassesShouldConjunction;
import java.util.stream.Stream;

/** Who may know whom: the arrows of the layout, module by module. */
final class ModuleRules {

  private static final String NO_SERVICE_KNOWS_ANOTHER =
      "services meet in contracts when compiled and in Postgres and Kafka when run, so that each is"
          + " built, deployed and understood alone. To fix: move what both need to contracts, or"
          + " send an event";

  @ArchTest
  static final ArchRule CONTRACTS_KNOW_NO_OTHER_MODULE =
      module("contracts")
          .because(
              "everything depends on the vocabulary, and a circle would tie all modules together."
                  + " To fix: move the class to the module that it works for, or take what it needs"
                  + " as a parameter");

  @ArchTest
  static final ArchRule CONTRACTS_KNOW_NO_FRAMEWORK =
      noClasses()
          .that()
          .resideInAPackage("dev.tailrace.contracts..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.apache.kafka..", "io.debezium..", "io.ably..", "com.stripe..", "io.helidon..")
          .because(
              "whoever appends an event from Java takes contracts along, and must not inherit a"
                  + " broker's client or a vendor's SDK. To fix: put the adapter into the service"
                  + " that talks to the outside, and leave an interface or a record here");

  @ArchTest
  static final ArchRule EFFECTS_KNOW_ONLY_CONTRACTS =
      module("effects", "contracts")
          .because(
              "the effect runtime serves applications that it has never heard of. To fix: let the"
                  + " application hand it in when it registers its consumer");

  @ArchTest
  static final ArchRule INGEST_KNOWS_ONLY_CONTRACTS =
      module("ingest", "contracts").because(NO_SERVICE_KNOWS_ANOTHER);

  @ArchTest
  static final ArchRule RELAY_KNOWS_ONLY_CONTRACTS =
      module("relay", "contracts").because(NO_SERVICE_KNOWS_ANOTHER);

  @ArchTest
  static final ArchRule CONSUMERS_KNOW_ONLY_CONTRACTS_AND_EFFECTS =
      module("consumers", "contracts", "effects").because(NO_SERVICE_KNOWS_ANOTHER);

  @ArchTest
  static final ArchRule BRIDGE_KNOWS_ONLY_CONTRACTS_AND_EFFECTS =
      module("bridge", "contracts", "effects").because(NO_SERVICE_KNOWS_ANOTHER);

  @ArchTest
  static final ArchRule NO_APPLICATION_KNOWS_ITS_SIBLING =
      slices()
          .matching("dev.tailrace.consumers.(*)..")
          .should()
          .notDependOnEachOther()
          .because(
              "each application is started, scaled and replayed alone. To fix: append an event that"
                  + " the sibling consumes, or move what both need to contracts");

  @ArchTest
  static final ArchRule CONSOLE_KNOWS_ONLY_CONTRACTS =
      module("console", "contracts")
          .because(
              "an operator's command talks to what is deployed, in whatever release, by its tables,"
                  + " topics and ports. To fix: move what both need to contracts");

  @ArchTest
  static final ArchRule EMBEDDED_KNOWS_NO_OTHER_MODULE =
      module("embedded")
          .because(
              "contracts is tested with these servers, so that a way back would be a circle. To"
                  + " fix: take it as a parameter, or put it into local");

  @ArchTest
  static final ArchRule TESTKIT_KNOWS_ONLY_EMBEDDED =
      module("testkit", "embedded")
          .because(
              "contracts is tested with the testkit, and a guarantee that knew our classes could"
                  + " share their mistakes. To fix: read what is in Postgres and Kafka, or take a"
                  + " function as a parameter");

  @ArchTest
  static final ArchRule STANDINS_KNOW_NO_OTHER_MODULE =
      module("standins")
          .because(
              "a stand-in is made from the provider's documentation; one that shared our code would"
                  + " share its mistakes. To fix: write the few lines again from the provider's"
                  + " documentation");

  @ArchTest
  static final ArchRule NOBODY_KNOWS_LOCAL =
      noClasses()
          .that(
              resideInAPackage("dev.tailrace..")
                  .and(resideOutsideOfPackages("dev.tailrace.local..")))
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.tailrace.local..")
          .because(
              "local wires everything for one machine and is in no image. To fix: move the class"
                  + " down to the module that needs it");

  private ModuleRules() {}

  /** No class of the module knows one of Tailrace outside of it and of those named. */
  private static ClassesShouldConjunction module(String name, String... known) {
    String[] allowed =
        Stream.concat(Stream.of(name), Stream.of(known))
            .map(module -> "dev.tailrace." + module + "..")
            .toArray(String[]::new);
    return noClasses()
        .that()
        .resideInAPackage("dev.tailrace." + name + "..")
        .should()
        .dependOnClassesThat(
            resideInAPackage("dev.tailrace..").and(not(resideInAnyPackage(allowed))));
  }
}
