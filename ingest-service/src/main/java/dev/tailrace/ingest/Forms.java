package dev.tailrace.ingest;

/**
 * The forms that texts of an input must have, each with the words in which a person is told of it.
 * They stand in the schemas, so that all of them are checked, and published, in one place.
 */
final class Forms {

  static final String SLUG = "^[a-z0-9-]{1,63}$";
  static final String A_SLUG = "1 to 63 of a-z, 0-9 and -";

  static final String EMAIL = "^[^\\s@<>,;\"]+@[^\\s@<>,;\"]+\\.[^\\s@<>,;\"]+$";
  static final String AN_EMAIL = "one e-mail address, without a name";

  /** A name of localhost gets http, for those who try things out. */
  static final String URL =
      "^(https://[A-Za-z0-9][A-Za-z0-9.-]*|http://(localhost|127[.]0[.]0[.]1))(:[0-9]{1,5})?([/?#][!-~]*)?$";

  static final String AN_URL = "an https URL (http for localhost alone)";

  /** Of a machine's daemon; whether it may be dialled is decided then. */
  static final String DAEMON_URL =
      "^https?://[A-Za-z0-9][A-Za-z0-9.-]{0,252}(:[0-9]{1,5})?(/[!-~]*)?$";

  static final String WORD = "^[a-z0-9][a-z0-9_-]{0,62}$";
  static final String A_WORD = "one word of a-z, 0-9, _ and -, at most 63";

  /** Longer names are no names. */
  static final int NAME = 200;

  /** What mail servers take. */
  static final int EMAIL_LENGTH = 254;

  /** What browsers and Stripe take. */
  static final int URL_LENGTH = 2_000;

  private Forms() {}
}
