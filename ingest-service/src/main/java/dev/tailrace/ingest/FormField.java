package dev.tailrace.ingest;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * A field of a form, {@code application/x-www-form-urlencoded}.
 *
 * <p>Read by hand, since the JDK's decoder puts a question mark for bytes that are no UTF-8, and
 * what was signed must not be read as something else.
 */
final class FormField {

  private static final int ESCAPE_LENGTH = 3;

  private FormField() {}

  /** The field's bytes when it stands there exactly once: of two, nobody can say which counts. */
  static Optional<Body> only(String name, Body form) {
    List<String> values = new ArrayList<>();
    for (String pair : new String(form.bytes(), ISO_8859_1).split("&", -1)) {
      if (pair.startsWith(name + "=")) {
        values.add(pair.substring(name.length() + 1));
      }
    }
    return values.size() == 1 ? decoded(values.getFirst()).map(Body::of) : Optional.empty();
  }

  /**
   * @param value a character for each byte
   */
  private static Optional<byte[]> decoded(String value) {
    var bytes = new ByteArrayOutputStream(value.length());
    for (int i = 0; i < value.length(); i++) {
      switch (value.charAt(i)) {
        case '+' -> bytes.write(' ');
        case '%' -> {
          if (!isEscape(value, i)) {
            return Optional.empty();
          }
          bytes.write(HexFormat.fromHexDigits(value, i + 1, i + ESCAPE_LENGTH));
          i += ESCAPE_LENGTH - 1;
        }
        default -> bytes.write(value.charAt(i));
      }
    }
    return Optional.of(bytes.toByteArray());
  }

  private static boolean isEscape(String value, int at) {
    return at + ESCAPE_LENGTH <= value.length()
        && HexFormat.isHexDigit(value.charAt(at + 1))
        && HexFormat.isHexDigit(value.charAt(at + 2));
  }
}
