package dev.tailrace.contracts.sealing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SealingTest {

  private static final String TOKEN = "xoxb-the-token";
  private static final Sealing.Place PLACE = new Sealing.Place("secret.sealed", "sec_1");

  private final String keyset = SealingKeys.fresh();
  private final Sealing sealing = sealing(keyset);

  @Test
  void opensWhatItHasSealed() {
    SealedText sealed = sealing.seal(TOKEN, PLACE);
    assertThat(new String(sealed.bytes(), ISO_8859_1)).doesNotContain(TOKEN);
    assertThat(sealing.open(sealed, PLACE)).hasValue(TOKEN);
  }

  @Test
  void sealsTheSameTextDifferentlyEachTime() {
    assertThat(sealing.seal(TOKEN, PLACE).bytes()).isNotEqualTo(sealing.seal(TOKEN, PLACE).bytes());
  }

  @Test
  void anOldKeyStillOpensAndTheNewOneSeals() {
    SealedText sealedBefore = sealing.seal(TOKEN, PLACE);
    Sealing rotated = sealing(SealingKeys.rotated(keyset));

    assertThat(rotated.open(sealedBefore, PLACE)).hasValue(TOKEN);
    SealedText sealedAfter = rotated.seal(TOKEN, PLACE);
    assertThat(rotated.open(sealedAfter, PLACE)).hasValue(TOKEN);
    assertThat(sealing.open(sealedAfter, PLACE)).isEmpty();
  }

  @Test
  void opensNothingOfAnotherRowOrColumn() {
    SealedText sealed = sealing.seal(TOKEN, PLACE);
    assertThat(sealing.open(sealed, new Sealing.Place("secret.sealed", "sec_2"))).isEmpty();
    assertThat(sealing.open(sealed, new Sealing.Place("secret.sealed_refresh", "sec_1"))).isEmpty();
  }

  @Test
  void opensNothingThatWasChanged() {
    byte[] sealed = sealing.seal(TOKEN, PLACE).bytes();
    for (int i = 0; i < sealed.length; i++) {
      byte[] changed = sealed.clone();
      changed[i] ^= 1;
      assertThat(sealing.open(SealedText.of(changed), PLACE)).as("byte %s", i).isEmpty();
    }
    assertThat(sealing.open(SealedText.of(new byte[0]), PLACE)).isEmpty();
  }

  @Test
  void takesNoOtherKindOfKeyset() {
    assertThat(Sealing.read("")).isEmpty();
    assertThat(Sealing.read("{}")).isEmpty();
    assertThat(Sealing.read("the key itself")).isEmpty();
    assertThat(Sealing.read(keyset.replace("AesGcmKey", "AesEaxKey"))).isEmpty();
  }

  @Test
  void showsNeitherKeysNorTexts() {
    assertThat(sealing.toString()).isEqualTo("Sealing[keys left out]");
    String broken = keyset.replace("ENABLED", "s3cret");
    assertThatThrownBy(() -> SealingKeys.rotated(broken))
        .isInstanceOf(IllegalArgumentException.class)
        .hasNoCause()
        .hasMessage("not a Tink keyset of AES-256-GCM in JSON");
  }

  private static Sealing sealing(String keyset) {
    return Sealing.read(keyset).orElseThrow();
  }
}
