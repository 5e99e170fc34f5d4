package dev.tailrace.contracts.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TokenTextTest {

  private final SecureRandom random = new SecureRandom();

  @Test
  void tellsItsKindAndItsIdAndHolds256Bits() {
    TokenText token = TokenText.draw(Grant.Kind.PUBLISHER, random);
    assertThat(token.text()).matches("tr_e_[0-9a-f]{16}_[A-Za-z0-9_-]{43}");
    assertThat(token.text()).startsWith(token.id() + "_");
    assertThat(token.hash()).hasSize(32);
  }

  @Test
  void isReadBackWhateverItsSecretHolds() {
    for (int i = 0; i < 1_000; i++) {
      TokenText token = TokenText.draw(Grant.Kind.DAEMON, random);
      assertThat(TokenText.parse(token.text())).contains(token);
    }
  }

  @Test
  void whatHasAnotherFormIsNone() {
    for (String text :
        List.of("", "tr_e_a", "tr_e_a_", "tr__a_b", "TR_e_a_b", "tr_e_a_b c", "tr_e_A_b", "x")) {
      assertThat(TokenText.parse(text)).as(text).isEmpty();
    }
  }

  @Test
  void showsNoSecretByItself() {
    TokenText token = TokenText.draw(Grant.Kind.PLATFORM, random);
    assertThat(token.toString()).contains(token.id()).doesNotContain(token.secret());
  }

  @Test
  void aStarStandsForAnyRunOfCharacters() {
    assertThat(TypePattern.of("kitchen.*").matches("kitchen.task.claimed")).isTrue();
    assertThat(TypePattern.of("kitchen.*").matches("kitchenette.task")).isFalse();
    assertThat(TypePattern.of("*:received").matches("acme:received")).isTrue();
    assertThat(TypePattern.of("rpc:*.create").matches("rpc:machine.create")).isTrue();
    assertThat(TypePattern.of("kitchen.task").matches("kitchenXtask")).isFalse();
    assertThat(TypePattern.of("*").matches("anything:at.all")).isTrue();
  }

  @Test
  void aPatternHasTheCharactersOfTypes() {
    assertThatThrownBy(() -> TypePattern.of("kitchen.[a-z]"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("kitchen.[a-z]");
  }

  @Test
  void aPublisherWithoutPatternsMayPublishEverything() {
    var all = new Grant.Publisher(Optional.empty(), Optional.empty());
    assertThat(all.mayPublish("stripe:other")).isTrue();
    var kitchen =
        new Grant.Publisher(Optional.empty(), Optional.of(List.of(TypePattern.of("kitchen.*"))));
    assertThat(kitchen.mayPublish("stripe:other")).isFalse();
    assertThatThrownBy(() -> new Grant.Publisher(Optional.empty(), Optional.of(List.of())))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
