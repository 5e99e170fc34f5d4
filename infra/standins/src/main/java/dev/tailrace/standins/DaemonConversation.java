package dev.tailrace.standins;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a payload is about, read from Slack's and Resend's own fields: a thread, or who wrote a
 * mail.
 *
 * @param kind tells apart what comes through different consumers, each with lanes of its own
 * @param name empty where there is none
 */
record DaemonConversation(String kind, String name) {

  static DaemonConversation of(String path, String body) {
    return switch (path) {
      case DaemonStandIn.SLACK -> slack(body);
      case DaemonStandIn.EMAIL -> new DaemonConversation("mail", sender(json(body)));
      default -> new DaemonConversation("poke", "");
    };
  }

  private static DaemonConversation slack(String body) {
    ObjectNode told = body.startsWith("payload=") ? json(payload(body)) : json(body);
    JsonNode event = told.path("event");
    return event.isObject()
        ? new DaemonConversation("event", event(event))
        : new DaemonConversation("interaction", interaction(told));
  }

  private static String event(JsonNode event) {
    JsonNode item = event.path("item");
    JsonNode message = event.path("message");
    JsonNode previous = event.path("previous_message");
    return place(
        first(event.path("channel"), event.path("channel").path("id"), item.path("channel")),
        first(
            event.path("thread_ts"),
            message.path("thread_ts"),
            message.path("ts"),
            previous.path("thread_ts"),
            previous.path("ts"),
            item.path("ts"),
            event.path("ts")));
  }

  private static String interaction(JsonNode told) {
    JsonNode container = told.path("container");
    JsonNode message = told.path("message");
    return place(
        first(container.path("channel_id"), told.path("channel").path("id")),
        first(
            container.path("thread_ts"),
            message.path("thread_ts"),
            container.path("message_ts"),
            message.path("ts")));
  }

  private static String sender(JsonNode told) {
    String from =
        first(told.path("from"), told.path("data").path("from"), told.path("email").path("from"))
            .orElse("");
    int open = from.lastIndexOf('<');
    int close = from.indexOf('>', open + 1);
    String bare = open >= 0 && close > open ? from.substring(open + 1, close) : from;
    return bare.strip().toLowerCase(Locale.ROOT);
  }

  private static String place(Optional<String> channel, Optional<String> thread) {
    return channel.flatMap(id -> thread.map(ts -> id + "/" + ts)).orElse("");
  }

  private static Optional<String> first(JsonNode... nodes) {
    return Stream.of(nodes)
        .filter(node -> node.isTextual() && !node.asText().isBlank())
        .map(JsonNode::asText)
        .findFirst();
  }

  private static String payload(String form) {
    try {
      return Request.pairs(form).stream()
          .filter(pair -> pair.getKey().equals("payload"))
          .map(Map.Entry::getValue)
          .findFirst()
          .orElse("");
    } catch (IllegalArgumentException e) {
      return "";
    }
  }

  private static ObjectNode json(String text) {
    return Json.readObject(text).orElseGet(Json::object);
  }
}
