package dev.tailrace.consumers.forwarding;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tailrace.contracts.event.Json;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MailLoopsTest {

  private final MailLoops loops = new MailLoops(List.of("Example.com"));

  private static Mail with(String header, String value) {
    ObjectNode headers = Json.MAPPER.createObjectNode().put("message-id", "<1@example.org>");
    return new Mail(Optional.empty(), Optional.empty(), headers.put(header, value));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "agent@example.com",
        "Agent <agent@in.EXAMPLE.com>",
        "MAILER-DAEMON@mx.example.org",
        "Postmaster <postmaster@example.org>",
        "no-reply@example.org",
        "noreply@example.org",
        "no_reply+17@example.org",
        "donotreply@example.org",
        "do-not-reply@example.org"
      })
  void nobodyIsAnsweredThere(String from) {
    assertThat(loops.bySender(MailAddress.bare(from))).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ann@example.org",
        "Ann <ann@notexample.com>",
        "nora@reply.example.org",
        "noreplyan@x.org"
      })
  void peopleAre(String from) {
    assertThat(loops.bySender(MailAddress.bare(from))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "Auto-Submitted,auto-replied",
    "auto-submitted,auto-generated; type=x",
    "Precedence,Bulk",
    "precedence,junk",
    "PRECEDENCE,list",
    "Precedence,auto_reply",
    "X-Auto-Response-Suppress,All",
    "Return-Path,<>",
    "return-path,< >",
    "List-Id,<dev.example.org>"
  })
  void aHeaderTellsWhatNoPersonWrote(String header, String value) {
    assertThat(MailLoops.byHeaders(with(header, value)))
        .contains("no person wrote it: it has " + canonical(header));
  }

  private static String canonical(String header) {
    return List.of(
            "Auto-Submitted", "Precedence", "X-Auto-Response-Suppress", "Return-Path", "List-Id")
        .stream()
        .filter(header::equalsIgnoreCase)
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest
  @CsvSource({
    "Auto-Submitted,no",
    "Auto-Submitted,No (a person)",
    "Precedence,first-class",
    "X-Auto-Response-Suppress,None",
    "Return-Path,<ann@example.org>",
    "Subject,<>"
  })
  void othersAreFromPeople(String header, String value) {
    assertThat(MailLoops.byHeaders(with(header, value))).isEmpty();
  }

  @Test
  void aHeaderThatStandsThereTwiceIsLookedAtTwice() {
    ObjectNode headers = Json.MAPPER.createObjectNode();
    headers.putArray("Precedence").add("first-class").add("bulk");

    assertThat(MailLoops.byHeaders(new Mail(Optional.empty(), Optional.empty(), headers)))
        .isPresent();
  }

  @Test
  void anAddressIsTakenOutOfItsHeader() {
    MailAddress address = MailAddress.bare("Ada \"+x\" <Ada+Kitchen@Example.com>");

    assertThat(address.text()).isEqualTo("ada+kitchen@example.com");
    assertThat(address.domain()).isEqualTo("example.com");
    assertThat(address.tag()).contains("kitchen");
    assertThat(MailAddress.bare("ada@a+b.example").tag()).isEmpty();
    assertThat(MailAddress.bare("ada+@example.com").tag()).isEmpty();
    assertThat(MailAddress.bare("nobody").domain()).isEmpty();
  }
}
