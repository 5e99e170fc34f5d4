package dev.tailrace.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonPointer;
import java.util.List;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;

class SendersFileTest {

  @Test
  void readsASenderWithAllThatCanBeSaid() {
    Sender sender =
        onlySender(
            """
            {"acme":{"secrets":["whsec_MDEy","MzQ1"],"aggregate":"/data/customer/id",
                     "aggregateType":"customer","tenant":"org_1","maxBodyBytes":1000}}""");
    assertThat(sender.name()).isEqualTo("acme");
    assertThat(sender.keys()).hasSize(2);
    assertThat(sender.aggregate()).contains(JsonPointer.compile("/data/customer/id"));
    assertThat(sender.aggregateType()).isEqualTo("customer");
    assertThat(sender.tenant()).isEqualTo("org_1");
    assertThat(sender.maxBodyBytes()).isEqualTo(1000);
  }

  @Test
  void needsNoMoreThanASecret() {
    Sender sender = onlySender("{\"acme-2\":{\"secrets\":[\"whsec_MDEy\"]}}");
    assertThat(sender.aggregate()).isEmpty();
    assertThat(sender.aggregateType()).isEqualTo("delivery");
    assertThat(sender.tenant()).isEqualTo("standard/acme-2");
    assertThat(sender.maxBodyBytes()).isEqualTo(256 * 1024);
  }

  @Test
  void tellsEverythingThatIsWrongAtOnceAndNoSecret() {
    assertThat(
            SendersFile.parse(
                    """
                    {"Acme":{}, "a/b":{}, "slack":{}, "rpc":{}, "kitchen":{}, "one":7, "two":{},
                     "three":{"secrets":["whsec_MDEy","s3cret!",7],"aggregate":"data","aggregateType":"",
                              "tenant":"org:1","maxBodyBytes":0,"secret":"s3cret"},
                     "x-y":{"secrets":["whsec_MDEy"]}, "x_y":{"secrets":["whsec_MDEy"]}}""")
                .problems())
        .anyMatch(problem -> problem.startsWith("/Acme a name has"))
        .anyMatch(problem -> problem.startsWith("/a~1b a name has"))
        .anyMatch(problem -> problem.startsWith("/slack is a name of our own"))
        .anyMatch(problem -> problem.startsWith("/rpc is a name of our own"))
        .anyMatch(problem -> problem.startsWith("/kitchen is a name of our own"))
        .contains(
            "/one must be an object",
            "/two/secrets must be an array of at least one secret",
            "/three/secret unknown; did you mean secrets?",
            "/three/secrets/1 must be base64, after whsec_ or alone",
            "/three/secrets/2 must be base64, after whsec_ or alone",
            "/three/aggregate must be a JSON Pointer such as /data/id",
            "/three/aggregateType must be a text of 1 to 255 characters",
            "/three/tenant must have no ':', '*', blanks or control characters",
            "/three/maxBodyBytes must be a number from 1 to 1048576",
            "/x_y would share a topic with x-y")
        .hasSize(15)
        .noneMatch(problem -> problem.contains("s3cret"));
  }

  @Test
  void refusesWhatNamesNoSender() {
    for (String text : List.of("[]", "{}", "7", "null")) {
      assertThat(SendersFile.parse(text).problems())
          .containsExactly("must be a JSON object with a field for each sender");
    }
    assertThat(SendersFile.parse("").problems()).hasSize(1);
    assertThat(SendersFile.parse("{\"a\":{\"secrets\":[\"whsec_s3cret\" oops]}}").problems())
        .singleElement()
        .asString()
        .startsWith("is no JSON, at line 1, column ")
        .doesNotContain("s3cret", "oops");
    assertThat(SendersFile.parse("{\"a\":{},\"a\":{}}").problems()).hasSize(1);
  }

  private static Sender onlySender(String text) {
    return switch (SendersFile.parse(text)) {
      case Parsed.Usable<SortedMap<String, Sender>>(SortedMap<String, Sender> senders) ->
          List.copyOf(senders.values()).getFirst();
      case Parsed.Unusable<SortedMap<String, Sender>> unusable ->
          throw new AssertionError(unusable.problems());
    };
  }
}
