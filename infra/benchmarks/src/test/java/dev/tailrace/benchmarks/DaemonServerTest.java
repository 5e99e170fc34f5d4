package dev.tailrace.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DaemonServerTest {

  private static final Duration TAKES = Duration.ofMillis(100);
  private static final EffectLoad LOAD = new EffectLoad(TAKES, 4, 0);

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private DaemonServer daemons;

  @BeforeEach
  void open() throws Exception {
    daemons = DaemonServer.open(LOAD.lanes(), Clock.systemUTC());
  }

  @AfterEach
  void close() {
    daemons.close();
    http.close();
  }

  @Test
  void answersAfterAWhileAndManyAtOnce() {
    Tally tally = daemons.serve(LOAD);
    long begin = System.nanoTime();
    List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      answers.add(
          http.sendAsync(
              post(i % LOAD.lanes(), Phase.BACKLOG.number(i)),
              HttpResponse.BodyHandlers.ofString()));
    }
    answers.forEach(answer -> assertThat(answer.join().body()).isEqualTo("{\"ok\":true}"));

    assertThat(Duration.ofNanos(System.nanoTime() - begin))
        .isBetween(TAKES, TAKES.multipliedBy(50));
    assertThat(tally.completed()).isEqualTo(200);
    assertThat(tally.status(200).begun()).isEqualTo(200);
  }

  @Test
  void timesWhatComesAtTheSteadyRate() throws Exception {
    Tally tally = daemons.serve(LOAD);
    send(0, Phase.PACED.number(0));

    assertThat(tally.status(1).p50()).isGreaterThanOrEqualTo((double) TAKES.toMillis());
  }

  @Test
  void countsAnEventOnceHoweverOftenItIsDelivered() throws Exception {
    Tally tally = daemons.serve(LOAD);
    send(0, Phase.BACKLOG.number(7));
    send(0, Phase.BACKLOG.number(7));
    assertThat(tally.completed()).isEqualTo(1);

    Tally next = daemons.serve(LOAD);
    send(0, Phase.BACKLOG.number(7));
    assertThat(next.completed()).isEqualTo(1);
    assertThat(tally.completed()).isEqualTo(1);
  }

  @Test
  void aDeadOneTakesAPostAndNeverAnswers() {
    Tally tally = daemons.serve(LOAD.withDead(2));
    HttpRequest toDead = post(1, Phase.BACKLOG.number(1));

    assertThatThrownBy(() -> http.send(toDead, HttpResponse.BodyHandlers.ofString()))
        .isInstanceOf(HttpTimeoutException.class);
    assertThat(tally.completed()).isZero();
    assertThat(tally.status(0).begun()).isEqualTo(1);
  }

  private void send(int machine, long number) throws Exception {
    HttpResponse<String> answer =
        http.send(post(machine, number), HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(200);
  }

  private HttpRequest post(int machine, long number) {
    ProducerRecord<byte[], byte[]> record =
        new ForwardingRecords("x.").of(number, LOAD.lane(machine), Instant.now());
    return HttpRequest.newBuilder(URI.create(daemons.url(machine) + "/api/hook"))
        .timeout(Duration.ofSeconds(1).plus(TAKES))
        .POST(
            HttpRequest.BodyPublishers.ofString(new String(record.value(), StandardCharsets.UTF_8)))
        .build();
  }
}
