package dev.tailrace.consumers.forwarding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.consumers.forwarding.Mails.Fetched;
import dev.tailrace.standins.ResendIncoming;
import dev.tailrace.standins.ResendStandIn;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ResendMailsTest {

  private final ResendStandIn resend = ResendStandIn.start(0, Clock.systemUTC());
  private final ResendMails mails = with(ResendStandIn.API_KEY);

  @BeforeEach
  void hasNoLimit() {
    resend.unlimited();
  }

  @AfterEach
  void stop() {
    mails.close();
    resend.close();
  }

  private ResendMails with(String key) {
    return new ResendMails(
        new ForwardingConfig.Resend(key, URI.create(resend.url() + "/"), 2), Clock.systemUTC());
  }

  private String later(String emailId) throws InterruptedException {
    return mails.fetch(emailId) instanceof Fetched.Later later ? later.reason() : "something else";
  }

  @Test
  void fetchesTheTextsAndHeadersOfAMail() throws Exception {
    String id =
        resend.receive(
            new ResendIncoming(
                "Ann <ann@example.com>",
                List.of("agent@in.example.org"),
                List.of(),
                "Hello",
                Optional.of("<p>Hello</p>"),
                Optional.of("Hello"),
                Map.of("in-reply-to", "<7@example.com>")));

    assertThat(mails.fetch(id))
        .isInstanceOfSatisfying(
            Fetched.Found.class,
            found -> {
              assertThat(found.mail().html()).contains("<p>Hello</p>");
              assertThat(found.mail().text()).contains("Hello");
              assertThat(found.mail().header("In-Reply-To")).containsExactly("<7@example.com>");
              assertThat(found.toString()).doesNotContain("Hello");
            });
  }

  @Test
  void aMailWithoutOneOfItsTextsHasTheOther() throws Exception {
    String id = resend.receive(ResendIncoming.plain("a@example.com", "b@example.org", "S", "T"));

    assertThat(mails.fetch(id))
        .isInstanceOfSatisfying(
            Fetched.Found.class,
            found -> {
              assertThat(found.mail().html()).isEmpty();
              assertThat(found.mail().text()).contains("T");
            });
  }

  @Test
  void whatIsNotThereMayCome() throws Exception {
    assertThat(later("a b/../c")).isEqualTo("Resend has no mail a b/../c, or not yet");
  }

  @Test
  void asksAgainWithAKeyThatIsBeingRotatedAndNamesIt() throws Exception {
    try (ResendMails other = with("re_before")) {
      assertThat(other.fetch("1"))
          .isInstanceOfSatisfying(
              Fetched.Later.class,
              refused ->
                  assertThat(refused.reason())
                      .contains("FORWARDING_RESEND_API_KEY")
                      .doesNotContain("re_before"));
    }
  }

  @Test
  void asksAgainWhenItSays() throws Exception {
    resend.faults().fail(429);

    assertThat(mails.fetch("1"))
        .isEqualTo(new Fetched.Later(Optional.of(Duration.ofSeconds(1)), "Resend answered 429"));
  }

  @Test
  void asksAgainAfterAnOutage() throws Exception {
    resend.faults().fail(500);
    assertThat(later("1")).isEqualTo("Resend answered 500");
    resend.faults().down();
    assertThat(later("1")).startsWith("Resend could not be asked: ");
  }

  @Test
  void tellsThatAMailIsTooLarge() throws Exception {
    String id =
        resend.receive(
            ResendIncoming.plain("a@example.com", "b@example.org", "S", "x".repeat(13 << 20)));

    assertThat(mails.fetch(id)).isEqualTo(new Fetched.TooLarge());
  }
}
