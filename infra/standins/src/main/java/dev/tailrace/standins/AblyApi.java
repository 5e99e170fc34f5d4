package dev.tailrace.standins;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/** Ably's REST API: publish and history of one channel, and the time. */
final class AblyApi implements Provider {

  private final Clock clock;
  private final AblyKey key;
  private final AblyChannels channels;

  AblyApi(Clock clock, AblyKey key, AblyChannels channels) {
    this.clock = clock;
    this.key = key;
    this.channels = channels;
  }

  @Override
  public Reply answer(Request request, Runnable midway) {
    if (request.is("GET", "time")) {
      return Reply.Answer.json(200, Json.array().add(clock.millis()));
    }
    return key.check(request).map(AblyProblem::answer).orElseGet(() -> channelCall(request));
  }

  /**
   * Ably's own failure; {@code code} is one of its codes, as 40115 for an account over its limit.
   */
  @Override
  public Reply.Answer failure(Request request, int status, Optional<String> code) {
    int number =
        code.filter(text -> text.matches("\\d{5}")).map(Integer::parseInt).orElse(status * 100);
    return new AblyProblem(status, number, "The stand-in was told to fail with " + status).answer();
  }

  @Override
  public Optional<Reply> control(Request request) {
    if (request.is("GET", "_standin", "channels")) {
      return Optional.of(Reply.Answer.json(200, counts()));
    }
    if (request.is("GET", "_standin", "channels", "*", "events")) {
      String name = request.segments().get(2);
      return Optional.of(
          AblyChannels.check(name)
              .<Reply>map(AblyProblem::answer)
              .orElseGet(() -> new Reply.Live(channels.of(name).subscribe())));
    }
    return Optional.empty();
  }

  private Reply.Answer channelCall(Request request) {
    List<String> path = request.segments();
    if (path.size() != 3
        || !path.getFirst().equals("channels")
        || !path.get(2).equals("messages")) {
      return new AblyProblem(404, 40400, "Could not find path: " + request.path()).answer();
    }
    String name = path.get(1);
    Optional<AblyProblem> badName = AblyChannels.check(name);
    if (badName.isPresent()) {
      return badName.get().answer();
    }
    return switch (request.method()) {
      case "POST" -> publish(name, request);
      case "GET" -> history(name, request);
      default -> new AblyProblem(405, 40500, "Method not allowed: " + request.method()).answer();
    };
  }

  private Reply.Answer publish(String name, Request request) {
    return switch (AblyPublish.read(request)) {
      case AblyPublish.Reading.Refused(AblyProblem problem) -> problem.answer();
      case AblyPublish.Reading.Valid(List<AblyDraft> drafts) ->
          switch (channels.of(name).publish(drafts)) {
            case AblyChannel.Outcome.Refused(AblyProblem problem) -> problem.answer();
            case AblyChannel.Outcome.Accepted(String messageId) ->
                Reply.Answer.json(
                    201, Json.object().put("channel", name).put("messageId", messageId));
          };
    };
  }

  private Reply.Answer history(String name, Request request) {
    return AblyHistory.read(request)
        .map(history -> Reply.Answer.json(200, history.of(channels.messages(name))))
        .orElseGet(
            () ->
                new AblyProblem(
                        400,
                        40003,
                        "Invalid parameter value: direction, limit (1 to 1000), start or end")
                    .answer());
  }

  private ArrayNode counts() {
    ArrayNode list = Json.array();
    for (String name : channels.names()) {
      list.addObject().put("channel", name).put("messages", channels.of(name).delivered());
    }
    return list;
  }
}
