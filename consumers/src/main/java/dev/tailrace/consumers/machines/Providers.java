package dev.tailrace.consumers.machines;

/** Who runs machines, as {@code machine.provider} has it. */
final class Providers {

  static final String DAYTONA = "daytona";

  private Providers() {}

  static boolean isKnown(String provider) {
    return provider.equals(DAYTONA);
  }

  /** Why nothing can be done at a provider that is not known. */
  static String unknown(String provider) {
    return "provider: '%s' is not known here; known is %s".formatted(provider, DAYTONA);
  }
}
