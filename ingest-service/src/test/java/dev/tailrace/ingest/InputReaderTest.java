package dev.tailrace.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.contracts.event.Json;
import dev.tailrace.contracts.event.Problem;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InputReaderTest {

  @Test
  void readsAnInputWithWhatMayBeLeftOut() {
    assertThat(checkout(Map.of())).isEmpty();
    assertThat(checkout(Map.of("createdByUserId", "usr_1"))).isEmpty();
  }

  @Test
  void takesHttpForLocalhostAlone() {
    for (String url :
        List.of(
            "https://example.com",
            "https://example.com:8443/a?b=c#d",
            "http://localhost:3000/x",
            "http://127.0.0.1")) {
      assertThat(checkout(Map.of("successUrl", url))).as(url).isEmpty();
    }
    for (String url :
        List.of(
            "http://example.com",
            "http://localhost.example.com",
            "https://user:word@example.com",
            "https://",
            "https:///path",
            "javascript:alert(1)",
            "https://example.com/a b",
            "https://example.com\n",
            " https://example.com")) {
      assertThat(checkout(Map.of("successUrl", url)))
          .as(url)
          .containsExactly(
              new Problem("/successUrl", "must be an https URL (http for localhost alone)"));
    }
  }

  @Test
  void takesOneAddressAsEmail() {
    for (String email :
        List.of("a", "a@b", "a b@c.de", "a@b.de,c@d.de", "A <a@b.de>", "a@b.de\n")) {
      assertThat(checkout(Map.of("email", email)))
          .as(email)
          .containsExactly(new Problem("/email", "must be one e-mail address, without a name"));
    }
  }

  @Test
  void takesASlugOfItsAlphabetWithoutALineEnd() {
    assertThat(slug("a-1")).isEmpty();
    assertThat(slug("x".repeat(63))).isEmpty();
    for (String slug : List.of("", "A", "a_b", "a b", "ä", "x".repeat(64), "a\n")) {
      assertThat(slug(slug))
          .as(slug)
          .containsExactly(new Problem("/slug", "must be " + Forms.A_SLUG));
    }
  }

  @Test
  void namesTheKnownFieldNearestToAnUnknownOne() {
    assertThat(checkout(Map.of("successURL", "x", "more/of", 1)))
        .containsExactlyInAnyOrder(
            new Problem("/successURL", "unknown; did you mean successUrl?"),
            new Problem(
                "/more~1of",
                "unknown; known are cancelUrl, createdByUserId, email, organizationId, successUrl"));
  }

  @Test
  void leavesTheInsideOfFreeJsonAlone() {
    var reader = InputReader.of(new CreateMachine());
    String body =
        "{\"projectId\":\"p\",\"name\":\"n\",\"provider\":\"daytona\",\"metadata\":{\"any\":{\"thing\":1}}}";
    assertThat(reader.read(Body.of(body.getBytes(UTF_8)))).isInstanceOf(InputReader.Input.class);
  }

  private static List<Problem> slug(String slug) {
    return problems(new CreateProject(), Map.of("organizationId", "o", "name", "n", "slug", slug));
  }

  private static List<Problem> checkout(Map<String, ?> changed) {
    var input =
        new HashMap<String, Object>(
            Map.of(
                "organizationId", "org_1",
                "email", "a@b.de",
                "successUrl", "https://b.de",
                "cancelUrl", "https://b.de"));
    input.putAll(changed);
    return problems(new CreateCheckout(), input);
  }

  private static List<Problem> problems(Procedure<?, ?> procedure, Map<String, ?> input) {
    Body body = Body.of(Json.write(input).getBytes(UTF_8));
    return switch (InputReader.of(procedure).read(body)) {
      case InputReader.Input<?> _ -> List.of();
      case InputReader.Faulty<?>(List<Problem> problems) -> problems;
      case InputReader.NoJson<?>(String reason) -> List.of(new Problem("", reason));
    };
  }
}
