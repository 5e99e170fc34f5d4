package dev.tailrace.standins;

import dev.tailrace.standins.Fault.AcceptsThenCrashes;
import dev.tailrace.standins.Fault.AcceptsThenTimesOut;
import dev.tailrace.standins.Fault.Down;
import dev.tailrace.standins.Fault.Failing;
import dev.tailrace.standins.Fault.Healthy;
import dev.tailrace.standins.Fault.Slow;
import dev.tailrace.standins.Fault.Span;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * What all stand-ins share: each request comes in here, is met by the fault of the moment, answered
 * by the provider, and remembered.
 */
final class FrontDoor implements AutoCloseable {

  /** No client waits longer; a held request is let go then, so that it doesn't stay for ever. */
  private static final Duration LONGEST_HOLD = Duration.ofMinutes(5);

  private final Provider provider;
  private final ReceivedRequests received;
  private final Listener listener;
  private final Faults faults;
  private final ControlPaths control;
  private final CountDownLatch ready = new CountDownLatch(1);
  private final CountDownLatch closed = new CountDownLatch(1);

  private FrontDoor(int port, Clock clock, Provider provider) {
    this.provider = provider;
    this.received = new ReceivedRequests(clock);
    this.listener = Listener.on(port, provider.largestBodyBytes(), this::handle);
    this.faults = new Faults(listener);
    this.control = new ControlPaths(faults, received, provider);
    this.ready.countDown();
  }

  /** Opens on a port, 0 for a free one. */
  static FrontDoor open(int port, Clock clock, Provider provider) {
    return new FrontDoor(port, clock, provider);
  }

  int port() {
    return listener.port();
  }

  Faults faults() {
    return faults;
  }

  ReceivedRequests received() {
    return received;
  }

  /** What one of the control paths answers, asked from within the process. */
  Reply control(Request request) {
    return control.answerWithin(request);
  }

  @Override
  public void close() {
    closed.countDown();
    faults.close();
    listener.close();
  }

  private void handle(ServerRequest incoming, ServerResponse outgoing)
      throws IOException, InterruptedException {
    ready.await();
    Request request = HelidonRequest.read(incoming);
    if (ControlPaths.own(request)) {
      send(control.answer(request), outgoing);
      return;
    }
    Faults.Meeting now = faults.next(request);
    switch (now.fault()) {
      case Healthy() -> finish(request, provider.answer(request, () -> {}), outgoing);
      case Slow(Duration delay) -> finish(request, slowly(request, delay), outgoing);
      case Failing(int status, Optional<String> code, Span span) ->
          finish(request, provider.failure(request, status, code), outgoing);
      case AcceptsThenTimesOut() -> {
        lose(request);
        await(now.over(), LONGEST_HOLD);
        throw new CloseConnectionException("accepted, and never answered");
      }
      case AcceptsThenCrashes() -> {
        lose(request);
        throw new CloseConnectionException("accepted, and crashed before the answer");
      }
      case Down down -> throw new CloseConnectionException("down");
    }
  }

  /** Does the work of a request whose answer nobody gets. */
  private void lose(Request request) {
    provider.answer(request, () -> {});
    received.add(request, OptionalInt.empty());
  }

  private Reply slowly(Request request, Duration delay) {
    Once wait = new Once(() -> await(closed, delay));
    Reply reply = provider.answer(request, wait);
    wait.run();
    return reply;
  }

  private void finish(Request request, Reply reply, ServerResponse outgoing) throws IOException {
    received.add(
        request, OptionalInt.of(reply instanceof Reply.Answer answer ? answer.status() : 200));
    send(reply, outgoing);
  }

  private static void send(Reply reply, ServerResponse outgoing) throws IOException {
    switch (reply) {
      case Reply.Answer answer -> {
        answer.headers().forEach((name, value) -> outgoing.header(name, value));
        outgoing.status(answer.status()).send(answer.body().bytes());
      }
      case Reply.Live(Reply.Feed feed) -> {
        outgoing.header("Content-Type", "text/event-stream").header("Cache-Control", "no-store");
        outgoing.header("Access-Control-Allow-Origin", "*");
        try (OutputStream out = outgoing.outputStream()) {
          feed.writeTo(out);
        } catch (InterruptedException e) {
          // The stand-in closes, and the stream ends with it.
          Thread.currentThread().interrupt();
        }
      }
    }
  }

  private static void await(CountDownLatch latch, Duration longest) {
    try {
      var _ = latch.await(longest.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CloseConnectionException("interrupted", e);
    }
  }
}
