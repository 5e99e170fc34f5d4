package dev.tailrace.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.lang.ArchRule;
import java.lang.reflect.Field;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** That each rule of {@link ArchitectureTest} can fail, and says how to fix it. */
class ArchitectureRulesTest {

  /** A rule by its name, and what breaks it: in which package, and what its class says. */
  private record Break(String rule, BadCode code) {}

  private static final String TYPE = "class %s { %s x; }";
  private static final String CALL = "class %s { Object x = %s; }";

  private static final List<Break> BREAKS =
      List.of(
          type("CONTRACTS_KNOW_NO_OTHER_MODULE", "contracts", "dev.tailrace.effects.Effects"),
          type("CONTRACTS_KNOW_NO_FRAMEWORK", "contracts", "org.apache.kafka.common.Uuid"),
          type("EFFECTS_KNOW_ONLY_CONTRACTS", "effects", "dev.tailrace.bridge.BridgeMain"),
          type("INGEST_KNOWS_ONLY_CONTRACTS", "ingest", "dev.tailrace.effects.Effects"),
          type("RELAY_KNOWS_ONLY_CONTRACTS", "relay", "dev.tailrace.ingest.IngestMain"));
}
