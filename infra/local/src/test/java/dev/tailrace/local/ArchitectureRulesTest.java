package dev.tailrace.local;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.lang.ArchRule;
import java.lang.reflect.Field;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** That each rule of {@link ArchitectureTest} can fail, and says how to fix what it found. */
final class ArchitectureRulesTest {

  private static final List<BadCode> BREAKS =
      List.of(
          bad(
              "CONTRACTS_KNOW_NO_OTHER_MODULE",
              "contracts.event.A",
              "dev.tailrace.effects.Effects x;"),
          bad("CONTRACTS_KNOW_NO_FRAMEWORK", "contracts.B", "org.apache.kafka.common.Uuid x;"),
          bad("CONTRACTS_KNOW_NO_FRAMEWORK", "contracts.C", "io.helidon.http.Status x;"),
          bad("EFFECTS_KNOW_ONLY_CONTRACTS", "effects.D", "dev.tailrace.bridge.BridgeMain x;"),
          bad("INGEST_KNOWS_ONLY_CONTRACTS", "ingest.E", "dev.tailrace.effects.Effects x;"),
          bad("RELAY_KNOWS_ONLY_CONTRACTS", "relay.F", "dev.tailrace.ingest.IngestMain x;"),
          bad(
              "CONSUMERS_KNOW_ONLY_CONTRACTS_AND_EFFECTS",
              "consumers.G",
              "dev.tailrace.relay.RelayMain x;"),
          bad(
              "BRIDGE_KNOWS_ONLY_CONTRACTS_AND_EFFECTS",
              "bridge.H",
              "dev.tailrace.consumers.billing.Billing x;"),
          bad(
              "NO_APPLICATION_KNOWS_ITS_SIBLING",
              "consumers.accounts.I",
              "dev.tailrace.consumers.billing.Billing x;"),
          bad("CONSOLE_KNOWS_ONLY_CONTRACTS", "console.Aa", "dev.tailrace.ingest.IngestMain x;"),
          bad("EMBEDDED_KNOWS_NO_OTHER_MODULE", "embedded.J", "dev.tailrace.testkit.Seed x;"),
          bad(
              "TESTKIT_KNOWS_ONLY_EMBEDDED",
              "testkit.K",
              "dev.tailrace.contracts.event.Envelope x;"),
          bad(
              "STANDINS_KNOW_NO_OTHER_MODULE",
              "standins.L",
              "dev.tailrace.contracts.event.Envelope x;"),
          bad("NOBODY_KNOWS_LOCAL", "relay.M", "dev.tailrace.local.LocalMain x;"),
          bad("STRIPE_IS_KNOWN_TO_ITS_ADAPTER", "consumers.N", "com.stripe.StripeClient x;"),
          bad("ABLY_IS_KNOWN_TO_ITS_ADAPTER", "bridge.O", "io.ably.lib.rest.AblyRest x;"),
          bad(
              "DEBEZIUM_IS_KNOWN_TO_ITS_ADAPTERS",
              "relay.P",
              "Object x = io.debezium.engine.DebeziumEngine.class;"),
          bad("HELIDON_IS_KNOWN_TO_ITS_ADAPTERS", "ingest.Q", "io.helidon.http.Status x;"),
          bad("TINK_IS_KNOWN_TO_ITS_ADAPTERS", "ingest.Qq", "com.google.crypto.tink.Aead x;"),
          bad(
              "HTTP_COMPONENTS_ARE_KNOWN_TO_THEIR_ADAPTER",
              "consumers.Qr",
              "org.apache.hc.core5.http.HttpHost x;"),
          bad(
              "THE_ENVIRONMENT_IS_READ_IN_ONE_PLACE",
              "relay.R",
              "Object x = System.getenv(\"X\");"),
          bad(
              "ONLY_A_MAIN_HAS_A_CLOCK_OF_ITS_OWN",
              "relay.S",
              "Object x = java.time.Instant.now();"),
          bad(
              "ONLY_A_MAIN_HAS_A_CLOCK_OF_ITS_OWN",
              "relay.T",
              "java.util.function.Supplier<?> x = java.time.Clock::systemUTC;"),
          bad(
              "ONLY_A_MAIN_HAS_A_CLOCK_OF_ITS_OWN",
              "relay.U",
              "java.util.function.LongSupplier x = () -> System.currentTimeMillis();"),
          bad("LOGS_GO_THROUGH_SLF4J", "relay.V", "java.util.logging.Logger x;"),
          bad("NOBODY_PRINTS", "relay.W", "void x() { System.out.println(); }"),
          bad("NOBODY_PRINTS", "relay.X", "void x(Exception e) { e.printStackTrace(); }"),
          bad("A_CLASS_IS_NAMED_FOR_ITS_JOB", "relay.SlotUtils", ""),
          bad("A_CLASS_IS_NAMED_FOR_ITS_JOB", "relay.Y", "class LaneManager {}"),
          bad("NOTHING_PUBLIC_CAN_BE_CHANGED", "relay.Z", "public static int x;"),
          bad("NOTHING_PUBLIC_CAN_BE_CHANGED", "relay.Zz", "public final int[] x = {};"),
          bad("EVERY_PACKAGE_IS_NULL_MARKED", "unmarked.Anything", ""),
          bad("EVERY_MAIN_OF_A_SERVICE_CAN_BE_RUN", "bridge.LoneMain", ""),
          bad("EVERY_CONFIGURATION_HAS_ITS_START", "bridge.LoneConfig", ""));

  @TestFactory
  Stream<DynamicTest> eachRuleCanFail(@TempDir Path compiled) {
    JavaClasses all = BadCode.amongTheGood(BREAKS, compiled);
    Map<String, ArchRule> rules = rules();
    return BREAKS.stream()
        .map(
            bad ->
                DynamicTest.dynamicTest(
                    bad.toString(),
                    () -> assertFails(requireNonNull(rules.get(bad.rule())), bad, all)));
  }

  private static void assertFails(ArchRule rule, BadCode bad, JavaClasses all) {
    assertThat(rule.evaluate(all).getFailureReport().toString())
        .containsPattern("\\b" + Pattern.quote(bad.name()) + "\\b");
  }

  @Test
  void eachRuleIsBrokenHereAndSaysHowToFixIt() {
    assertThat(BREAKS).extracting(BadCode::rule).containsAll(rules().keySet());
    assertThat(rules().values())
        .allSatisfy(rule -> assertThat(rule.getDescription()).contains(", because ", "To fix: "));
  }

  private static BadCode bad(String rule, String name, String body) {
    return new BadCode(rule, "dev.tailrace." + name, body);
  }

  private static Map<String, ArchRule> rules() {
    var rules = new TreeMap<String, ArchRule>();
    Stream.of(ModuleRules.class, VendorRules.class, HabitRules.class)
        .flatMap(type -> Stream.of(type.getDeclaredFields()))
        .filter(field -> field.getType() == ArchRule.class)
        .forEach(field -> rules.put(field.getName(), valueOf(field)));
    return rules;
  }

  private static ArchRule valueOf(Field field) {
    try {
      return (ArchRule) field.get(null);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }
}
