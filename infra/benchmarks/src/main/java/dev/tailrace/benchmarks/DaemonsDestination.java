package dev.tailrace.benchmarks;

import dev.tailrace.consumers.forwarding.SignedPosts;
import dev.tailrace.contracts.event.Envelope;
import dev.tailrace.contracts.event.EventType;
import dev.tailrace.contracts.event.Json;
import dev.tailrace.contracts.event.SlackEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/** The daemons of projects' machines, posted to as forwarding does; where they are is known. */
final class DaemonsDestination implements Destination {

  private final SignedPosts posts;

  private DaemonsDestination(SignedPosts posts) {
    this.posts = posts;
  }

  /** Reads what {@link ForwardingScene} has written. */
  static DaemonsDestination read(Path file, Clock clock) {
    try {
      List<String> lines = Files.readAllLines(file);
      Map<String, URI> machines =
          lines.stream()
              .skip(1)
              .map(line -> line.split(" ", 2))
              .collect(Collectors.toMap(parts -> parts[0], parts -> URI.create(parts[1])));
      return new DaemonsDestination(new SignedPosts(machines, lines.getFirst(), clock));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public EventType<?> follows() {
    return ForwardingRecords.TYPE;
  }

  @Override
  public void callWith(Envelope envelope) throws Exception {
    call(envelope);
  }

  @Override
  public void call(Envelope envelope) throws Exception {
    var event = Json.MAPPER.readValue(envelope.payload(), SlackEvent.EventReceived.class);
    if (!posts.isTaken(envelope, Json.write(event.raw()))) {
      throw new TimeoutException("it has not taken it");
    }
  }
}
