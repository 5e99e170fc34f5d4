package dev.tailrace.consumers.forwarding;

import dev.tailrace.contracts.event.Envelope;
import dev.tailrace.contracts.service.HttpCalls.Heard;
import java.net.URI;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Posts to daemons with forwarding's own adapter, for those that are measured beside forwarding. It
 * is in forwarding's package so that nothing there must be public for a benchmark's sake.
 */
public final class SignedPosts implements AutoCloseable {

  private final HttpDaemons daemons;
  private final Map<String, Aimed.AtMachine> machines = new HashMap<>();

  /**
   * Makes no call yet.
   *
   * @param urls of each project's machine
   * @param secret that all of them have
   */
  public SignedPosts(Map<String, URI> urls, String secret, Clock clock) {
    daemons =
        new HttpDaemons(
            new AllowedAddresses(List.of(Network.parse("127.0.0.0/8").orElseThrow())), clock);
    StandardWebhookSignature signature = StandardWebhookSignature.of(secret).orElseThrow();
    urls.forEach(
        (project, url) ->
            machines.put(project, new Aimed.AtMachine("mch-" + project, project, url, signature)));
  }

  /** Posts once to the machine of the event's project; answers whether it was taken. */
  public boolean isTaken(Envelope envelope, String body) {
    Aimed.AtMachine machine =
        Optional.ofNullable(machines.get(envelope.aggregateId())).orElseThrow();
    var message =
        new Message(
            envelope.id().toString(),
            envelope.type(),
            Long.parseLong(envelope.seq()),
            Optional.empty(),
            "/api/integrations/slack/webhook",
            body);
    return switch (daemons.post(machine, message)) {
      case Heard.Said said -> said.status() / 100 == 2;
      case Heard.Nothing _ -> false;
    };
  }

  @Override
  public void close() {
    daemons.close();
  }
}
