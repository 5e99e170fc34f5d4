package dev.tailrace.contracts.sealing;

import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import com.google.crypto.tink.aead.AeadConfig2026;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import java.security.GeneralSecurityException;

/**
 * Makes the keysets that {@link Sealing} seals with, as the JSON that a service's {@code
 * SEALING_KEYS}, or the file of {@code SEALING_KEYS_FILE}, holds. What is made here is secret.
 */
public final class SealingKeys {

  private SealingKeys() {}

  /** A keyset of one new key. */
  public static String fresh() {
    return withNewPrimary(KeysetHandle.newBuilder().setConfiguration(AeadConfig2026.get()));
  }

  /**
   * The keyset with a new key that seals from now on; the keys of before still open what they have
   * sealed. An instance that runs with the keyset of before can't open what the new key has sealed,
   * so all are to be restarted soon after one another.
   *
   * @throws IllegalArgumentException when the text is no such keyset; the text is not in it
   */
  public static String rotated(String keyset) {
    return withNewPrimary(
        KeysetHandle.newBuilder(Sealing.keys(keyset)).setConfiguration(AeadConfig2026.get()));
  }

  private static String withNewPrimary(KeysetHandle.Builder keys) {
    try {
      return TinkJsonProtoKeysetFormat.serializeKeyset(
          keys.addEntry(
                  KeysetHandle.generateEntryFromParameters(PredefinedAeadParameters.AES256_GCM)
                      .withRandomId()
                      .makePrimary())
              .build(),
          AeadConfig2026.get(),
          InsecureSecretKeyAccess.get());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-256-GCM is in every JDK", e);
    }
  }
}
