package dev.tailrace.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Every provider as it sends: its bodies, and its signature under whatever bytes. What must not be
 * passed on is MARKED in them; a number makes each of them new.
 */
enum TestProvider {
  STRIPE(
      "/webhooks/stripe",
      """
      {"id":"evt_%d","object":"event","api_version":"2025-03-31.basil","created":1700000000,"type":"invoice.paid",
       "data":{"object":{"id":"in_1","customer":"cus_1","hosted_invoice_url":"MARKED","lines":[{"amount":1.50}]}}}""",
      """
      {"id":"evt_t%d","object":"v2.core.event","type":"v1.x","created":"2026-01-02T03:04:05.678Z",
       "related_object":{"id":"mtr_1","url":"MARKED"}}"""),
  SLACK(
      "/webhooks/slack/events",
      """
      {"token":"MARKED","team_id":"T1","type":"event_callback","event_id":"Ev%d","event_time":1700000000,
       "event":{"type":"message","channel":"C1","user":"U1","ts":"2.0","thread_ts":"1.0","text":"hi",
                "blocks":[{"elements":[{"text":"x"}]}]}}""",
      """
      {"token":"MARKED","challenge":"c%d","type":"url_verification"}""",
      """
      {"token":"MARKED","type":"app_rate_limited","team_id":"T1","minute_rate_limited":%d}""",
      """
      {"token":"MARKED","type":"novelty","team":{"id":"T1"},"number":%d}"""),
  SLACK_INTERACTIVE(
      "/webhooks/slack/interactive",
      """
      {"type":"block_actions","team":{"id":"T1"},"trigger_id":"MARKED","response_url":"MARKED","token":"MARKED",
       "container":{"type":"message","message_ts":"2.0","channel_id":"C1"},"message":{"ts":"2.0"},
       "actions":[{"action_id":"a%d","value":"x & y = z"}]}"""),
  RESEND(
      "/webhooks/resend",
      """
      {"type":"email.received","created_at":"2026-01-02T03:04:05.000Z",
       "data":{"email_id":"em_%d","from":"Ada <ada@example.com>","to":["agent+one@in.example"],"cc":[],"bcc":[],
               "subject":"Hi","message_id":"<1@x>","text":"MARKED","html":"MARKED",
               "attachments":[{"id":"at_1","filename":"a.pdf","content_type":"application/pdf"}]}}""",
      """
      {"type":"email.bounced","created_at":"2026-01-02T03:04:05.000Z",
       "data":{"email_id":"em_%d","text":"MARKED","bounce":{"message":"no such box","type":"Permanent"}}}""",
      """
      {"type":"contact.created","created_at":"2026-01-02T03:04:05.000Z","data":{"id":"co_%d","html":"MARKED"}}"""),
  DAYTONA(
      "/webhooks/daytona",
      """
      {"event":"sandbox.created","timestamp":"2026-01-02T03:04:09Z","id":"sb_%d","organizationId":"do_1",
       "state":"creating","createdAt":"2026-01-02T03:04:05Z"}""",
      """
      {"event":"sandbox.state.updated","timestamp":"2026-01-02T03:04:09Z","id":"sb_%d","organizationId":"do_1",
       "oldState":"starting","newState":"started","updatedAt":"2026-01-02T03:04:06.123Z"}""",
      """
      {"event":"volume.created","id":"vo_%d","organizationId":"do_1","timestamp":"2026-01-02T03:04:09Z"}"""),
  ACME(
      "/webhooks/standard/acme",
      """
      {"type":"order.paid","timestamp":"2026-01-02T03:04:05Z","number":%d,
       "data":{"customer":{"id":"c_1"},"total":1.50,"lines":[{"a":[1,2,3]}]}}""");

  private final String route;

  @SuppressWarnings("ImmutableEnumChecker") // made by List.of
  private final List<String> bodies;

  TestProvider(String route, String... bodies) {
    this.route = route;
    this.bodies = List.of(bodies);
  }

  String route() {
    return route;
  }

  /** The JSON of its bodies, with a {@code %d} for a number. */
  List<String> bodies() {
    return bodies;
  }

  /** The bytes in which it sends this JSON. */
  byte[] encoded(String json) {
    return (this == SLACK_INTERACTIVE ? "payload=" + URLEncoder.encode(json, UTF_8) : json)
        .getBytes(UTF_8);
  }

  /** The headers with which it sends these bytes. */
  Map<String, String> signed(String id, Instant at, byte[] body) {
    return switch (this) {
      case STRIPE -> Signing.stripe(RunningIngest.SECRET, at, body);
      case SLACK, SLACK_INTERACTIVE -> Signing.slack(RunningIngest.SECRET, at, body);
      case RESEND, DAYTONA ->
          Signing.standard("svix-", RunningIngest.STANDARD_SECRET, id, at, body);
      case ACME -> Signing.standard("webhook-", RunningIngest.STANDARD_SECRET, id, at, body);
    };
  }

  /** Whether the headers still hold all that was signed, and the signature, wherever. */
  static boolean holds(Map<String, List<String>> headers, Map<String, String> signed) {
    return signed.values().stream()
        .flatMap(value -> Stream.of(value.split("^t=|,v1=|^v0=|^v1,", -1)))
        .allMatch(
            part ->
                headers.values().stream()
                    .flatMap(List::stream)
                    .anyMatch(value -> value.contains(part)));
  }
}
