package dev.tailrace.contracts.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.contracts.event.Json;
import io.micrometer.core.instrument.Metrics;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class ServiceTest {

  @Test
  void closesItsPartsInReverse() {
    List<String> closed = new ArrayList<>();
    Service service =
        Service.start(
            "test",
            AdminAddress.FREE,
            it -> {
              it.with(() -> closed.add("first"));
              it.with(() -> closed.add("second"));
            });
    service.close();

    assertThat(closed).containsExactly("second", "first");
  }

  @Test
  void aPartThatDoesNotCloseKeepsNoOtherFromIt() {
    List<String> closed = new ArrayList<>();
    Service service =
        Service.start(
            "test",
            AdminAddress.FREE,
            it -> {
              it.with(() -> closed.add("first"));
              it.with(
                  () -> {
                    throw new IllegalStateException("stuck");
                  });
            });
    service.close();

    assertThat(closed).containsExactly("first");
  }

  @Test
  void aFailedStartClosesWhatWasMade() {
    List<String> closed = new ArrayList<>();

    assertThatThrownBy(
            () ->
                Service.start(
                    "test",
                    AdminAddress.FREE,
                    it -> {
                      it.with(() -> closed.add("first"));
                      throw new IllegalArgumentException("no database");
                    }))
        .hasMessage("test could not start: no database");
    assertThat(closed).containsExactly("first");
  }

  @Test
  void anErrorAtTheStartClosesWhatWasMadeAndGoesOn() {
    List<String> closed = new ArrayList<>();
    var adminPort = new AtomicInteger();

    assertThatThrownBy(
            () ->
                Service.start(
                    "test",
                    AdminAddress.FREE,
                    it -> {
                      adminPort.set(it.adminPort());
                      it.with(() -> closed.add("first"));
                      it.with(
                          () -> {
                            throw new NoClassDefFoundError("of a part");
                          });
                      throw new NoClassDefFoundError("a/Driver");
                    }))
        .isInstanceOf(NoClassDefFoundError.class)
        .hasMessage("a/Driver");
    assertThat(closed).containsExactly("first");
    assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), adminPort.get()).close())
        .isInstanceOf(ConnectException.class);
  }

  @Test
  void itsHealthTellsTheTruth() throws Exception {
    var problem = new AtomicReference<Optional<String>>(Optional.empty());
    try (Service service =
        Service.start(
            "test", AdminAddress.FREE, it -> it.health().ready("database", problem::get))) {
      assertThat(get(service, "/health/live").statusCode()).isEqualTo(200);
      assertThat(get(service, "/health/started").statusCode()).isEqualTo(200);
      assertThat(get(service, "/health/ready").body())
          .isEqualTo("{\"status\":\"UP\",\"checks\":{\"database\":\"ok\"}}");

      problem.set(Optional.of("refused"));
      assertThat(get(service, "/health/ready").statusCode()).isEqualTo(503);
      assertThat(get(service, "/health/ready").body()).contains("\"database\":\"refused\"");
      assertThat(get(service, "/health/live").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void aServiceThatCanNotGoOnIsNotLive() throws Exception {
    try (Service service = Service.start("test", AdminAddress.FREE, it -> {})) {
      var cause = new IllegalStateException("fenced");
      service.fail(cause);

      assertThat(get(service, "/health/live").statusCode()).isEqualTo(503);
      assertThat(service.awaitEnd()).contains(cause);
    }
  }

  @Test
  void aPartWhoseSignOfLifeIsMissingIsNotLiveAndSaysWhy() throws Exception {
    var problem = new AtomicReference<Optional<String>>(Optional.empty());
    try (Service service =
        Service.start("test", AdminAddress.FREE, it -> it.health().live("loop", problem::get))) {
      assertThat(get(service, "/health/live").body())
          .isEqualTo("{\"status\":\"UP\",\"checks\":{\"loop\":\"ok\"}}");

      problem.set(Optional.of("has not gone round for 301 s"));
      assertThat(get(service, "/health/live").statusCode()).isEqualTo(503);
      assertThat(get(service, "/health/live").body()).contains("has not gone round for 301 s");
      assertThat(get(service, "/health/ready").statusCode()).isEqualTo(200);
    }
  }

  private static Service answering(AdminPage page) throws Exception {
    return Service.start("test", AdminAddress.FREE, it -> it.page("/lanes", page));
  }

  @Test
  void aPartMayAnswerOnTheAdminPortToo() throws Exception {
    try (Service service =
        answering(
            query ->
                new AdminPage.Answer(
                    query.isEmpty() ? 400 : 200, Json.MAPPER.valueToTree(query)))) {
      assertThat(get(service, "/lanes?lane=a%2Fb+c&limit=1&limit=2&x").body())
          .isEqualToNormalizingNewlines(
              """
              {
                "lane" : "a/b c",
                "limit" : "2",
                "x" : ""
              }
              """);
      assertThat(get(service, "/lanes").statusCode()).isEqualTo(400);
      assertThat(get(service, "/lanes/more").statusCode()).isEqualTo(404);
    }
  }

  @Test
  void aPageThatFailsSaysSo() throws Exception {
    try (Service service =
        answering(
            query -> {
              throw new IllegalStateException("no lanes");
            })) {
      HttpResponse<String> answer = get(service, "/lanes");
      assertThat(answer.statusCode()).isEqualTo(500);
      assertThat(answer.body()).contains("no lanes");
    }
  }

  @Test
  void itsMetricsAreServed() throws Exception {
    try (Service service =
        Service.start(
            "test", AdminAddress.FREE, it -> it.meters().counter("tailrace.test").increment())) {
      assertThat(get(service, "/metrics").body()).contains("tailrace_test_total 1.0");
    }
  }

  @Test
  void theMetricsOfTheProcessAreServedByEachOfItsServices() throws Exception {
    try (Service one = Service.start("one", AdminAddress.FREE, it -> {})) {
      try (Service other = Service.start("other", AdminAddress.FREE, it -> {})) {
        Metrics.counter("tailrace.test.process").increment();
        assertThat(get(one, "/metrics").body()).contains("tailrace_test_process_total 1.0");
        assertThat(get(other, "/metrics").body()).contains("tailrace_test_process_total 1.0");
      }
      Metrics.counter("tailrace.test.process").increment();
      assertThat(get(one, "/metrics").body()).contains("tailrace_test_process_total 2.0");
      assertThat(Metrics.globalRegistry.getRegistries()).hasSize(1);
    }
    assertThat(Metrics.globalRegistry.getRegistries()).isEmpty();
  }

  private static HttpResponse<String> get(Service service, String path) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + service.adminPort() + path))
              .build(),
          BodyHandlers.ofString());
    }
  }
}
