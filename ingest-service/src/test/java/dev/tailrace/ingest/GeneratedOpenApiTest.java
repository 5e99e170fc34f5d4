package dev.tailrace.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tailrace.contracts.event.Json;
import dev.tailrace.testkit.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The OpenAPI document that is checked in and served is that of the running service. */
class GeneratedOpenApiTest {

  private static final Path FILE = Path.of("src/main/resources/openapi.json");

  @Test
  void theFileIsThatOfTheService() throws Exception {
    String document = OpenApiDocument.of(GeneratedProcedureSchemasTest.all());
    if (Boolean.getBoolean("tailrace.generate")) {
      Files.writeString(FILE, document);
    }
    assertThat(FILE).as("run ./tailrace generate").exists();
    assertThat(Files.readString(FILE)).as("run ./tailrace generate").isEqualTo(document);
  }

  @Test
  void everyPathOfItIsServedByItsMethodAndEveryServedPathIsInIt() throws Exception {
    try (var ingest = RunningIngest.on(TestDatabase.create())) {
      HttpResponse<String> served = ingest.send(request(ingest, OpenApiEndpoint.ROUTE).GET());
      assertThat(served.statusCode()).isEqualTo(200);
      assertThat(served.body()).isEqualTo(Files.readString(FILE));

      Set<String> documented = new TreeSet<>();
      for (Map.Entry<String, JsonNode> path : Json.read(served.body()).path("paths").properties()) {
        String route = path.getKey().replace("{source}", "acme");
        documented.add(route);
        String method = path.getValue().fieldNames().next().toUpperCase(Locale.ROOT);
        HttpResponse<String> other =
            ingest.send(request(ingest, route).method("PUT", BodyPublishers.noBody()));
        assertThat(other.statusCode()).as(route).isEqualTo(405);
        assertThat(other.headers().firstValue("Allow")).as(route).contains(method);
      }
      assertThat(documented).isEqualTo(routes());
    }
  }

  private static Set<String> routes() {
    Set<String> routes = new TreeSet<>(Set.of("/events", OpenApiEndpoint.ROUTE));
    WebhookSources.of(RunningIngest.sources(), Clock.systemUTC(), new SimpleMeterRegistry())
        .forEach(source -> routes.add(source.route()));
    GeneratedProcedureSchemasTest.all()
        .forEach(procedure -> routes.add("/rpc/" + procedure.name()));
    for (OAuthProvider provider : OAuthProvider.values()) {
      routes.add("/oauth/" + provider.id() + "/callback");
    }
    return routes;
  }

  private static HttpRequest.Builder request(RunningIngest ingest, String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + ingest.port() + path));
  }
}
