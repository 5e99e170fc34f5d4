package dev.tailrace.local;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** What every class here does, or leaves to the one place that does it. */
final class HabitRules {

  private static final DescribedPredicate<JavaClass> SERVICES =
      resideInAnyPackage(
          "dev.tailrace.ingest..",
          "dev.tailrace.relay..",
          "dev.tailrace.consumers..",
          "dev.tailrace.bridge..");

  private static final DescribedPredicate<JavaClass> LOCAL =
      resideInAPackage("dev.tailrace.local..");

  @ArchTest
  static final ArchRule THE_ENVIRONMENT_IS_READ_IN_ONE_PLACE =
      noClasses()
          .that(
              not(
                  Habits.in(
                          "dev.tailrace.contracts.service.ServiceMain",
                          "dev.tailrace.console.ConsoleMain")
                      .or(LOCAL)))
          .should(Habits.READ_THE_ENVIRONMENT)
          .because(
              "all settings of a service are told of, checked and reported together. To fix: add a"
                  + " component to the service's XConfig record, which from(environment) fills");

  @ArchTest
  static final ArchRule ONLY_A_MAIN_HAS_A_CLOCK_OF_ITS_OWN =
      noClasses()
          .that(not(Habits.MAINS))
          .should(Habits.ASK_THE_MACHINE_FOR_THE_TIME)
          .because(
              "tests set the clock instead of sleeping. To fix: take a java.time.Clock in the"
                  + " constructor, which Main passes on, and ask that; System.nanoTime may measure"
                  + " how long something took");

  @ArchTest
  static final ArchRule LOGS_GO_THROUGH_SLF4J =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAPackage("java.util.logging..")
          .because(
              "one log has one form, with its keys and values. To fix: use org.slf4j.Logger and its"
                  + " fluent methods");

  @ArchTest
  static final ArchRule NOBODY_PRINTS =
      noClasses()
          .that(
              not(
                  Habits.in(
                          "dev.tailrace.contracts.service.ServiceMain",
                          "dev.tailrace.consumers.ConsumersMain")
                      .or(LOCAL)))
          .should(Habits.PRINT)
          .because(
              "what a service has to say is read by machines, except for how it failed to start. To"
                  + " fix: log it, or throw what ServiceMain prints");

  @ArchTest
  static final ArchRule A_CLASS_IS_NAMED_FOR_ITS_JOB =
      noClasses()
          .should()
          .haveNameMatching(".*(Util|Utils|Helper|Helpers|Impl|Manager)")
          .because(
              "such names say nothing and gather everything. To fix: name the class for what it"
                  + " does, and move what does something else to where it is used");

  @ArchTest
  static final ArchRule NOTHING_PUBLIC_CAN_BE_CHANGED =
      fields()
          .that()
          .arePublic()
          .should()
          .beFinal()
          .andShould()
          .notHaveRawType(Habits.ARRAYS)
          .because(
              "state that anyone can set belongs to nobody. To fix: make it private and final, and"
                  + " an array a List.of(...)");

  @ArchTest
  static final ArchRule EVERY_PACKAGE_IS_NULL_MARKED =
      classes()
          .should(Habits.LIVE_IN_A_NULL_MARKED_PACKAGE)
          .because(
              "NullAway checks only what is marked. To fix: add a package-info.java with @NullMarked"
                  + " and a sentence on what the package is");

  @ArchTest
  static final ArchRule EVERY_MAIN_OF_A_SERVICE_CAN_BE_RUN =
      classes()
          .that(SERVICES)
          .and()
          .haveSimpleNameEndingWith("Main")
          .should(Habits.HAVE_MAIN)
          .because(
              "an image starts the class that is named so. To fix: add public static void"
                  + " main(String[]) that calls ServiceMain.run, or name the class for its job");

  /** One Main for all consumers: there, each application has its own start. */
  @ArchTest
  static final ArchRule EVERY_CONFIGURATION_HAS_ITS_START =
      classes()
          .that(SERVICES)
          .and()
          .haveSimpleNameEndingWith("Config")
          .should(Habits.HAVE_A_START_BESIDE_IT)
          .because(
              "local and the tests start a service as its image does, in their own process. To fix:"
                  + " add public static Service start(XConfig, Clock) to XMain, or to the class of"
                  + " the consumer application");

  private HabitRules() {}
}
