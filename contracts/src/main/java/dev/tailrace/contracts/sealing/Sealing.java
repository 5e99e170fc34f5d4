package dev.tailrace.contracts.sealing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import com.google.crypto.tink.aead.AeadConfig2026;
import com.google.crypto.tink.aead.AesGcmParameters;
import java.security.GeneralSecurityException;
import java.util.Optional;

/**
 * Seals texts for the database, with AES-256-GCM and the keyset of the configuration, and opens
 * them again.
 *
 * <p>A sealed text is bound to its place, so that one who may write to the table can't have a token
 * opened as that of another row. The primary key seals, every key of the keyset opens: so a key is
 * replaced without touching what it has sealed (see {@link SealingKeys}).
 */
public final class Sealing {

  private final Aead aead;

  private Sealing(Aead aead) {
    this.aead = aead;
  }

  /**
   * The one place that a sealed text may stand in.
   *
   * @param column such as {@code secret.sealed}
   * @param row the row's key
   */
  public record Place(String column, String row) {

    private byte[] bytes() {
      return (column + "\0" + row).getBytes(UTF_8);
    }
  }

  /** Reads a keyset in Tink's JSON; empty when it is none, or holds another kind of key. */
  public static Optional<Sealing> read(String keyset) {
    try {
      return Optional.of(new Sealing(keys(keyset).getPrimitive(AeadConfig2026.get(), Aead.class)));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      // The cause is dropped on purpose: it may quote the keyset.
      return Optional.empty();
    }
  }

  /**
   * Tink's own form of a keyset.
   *
   * @throws IllegalArgumentException when it is none of AES-256-GCM; without a cause, which might
   *     quote it
   */
  static KeysetHandle keys(String keyset) {
    try {
      KeysetHandle keys =
          TinkJsonProtoKeysetFormat.parseKeyset(
              keyset, AeadConfig2026.get(), InsecureSecretKeyAccess.get());
      for (int i = 0; i < keys.size(); i++) {
        if (!(keys.getAt(i).getKey().getParameters() instanceof AesGcmParameters aes)
            || aes.getKeySizeBytes() != 32) {
          throw notAKeyset();
        }
      }
      return keys;
    } catch (GeneralSecurityException | RuntimeException e) {
      throw notAKeyset();
    }
  }

  private static IllegalArgumentException notAKeyset() {
    return new IllegalArgumentException("not a Tink keyset of AES-256-GCM in JSON");
  }

  public SealedText seal(String text, Place place) {
    try {
      return SealedText.of(aead.encrypt(text.getBytes(UTF_8), place.bytes()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("sealing failed");
    }
  }

  /**
   * The text; empty when it was sealed with a key that is not here, for another place, or was
   * changed since. Which of them it was nobody can say.
   */
  public Optional<String> open(SealedText sealed, Place place) {
    try {
      return Optional.of(new String(aead.decrypt(sealed.bytes(), place.bytes()), UTF_8));
    } catch (GeneralSecurityException e) {
      return Optional.empty();
    }
  }

  @Override
  public String toString() {
    return "Sealing[keys left out]";
  }
}
