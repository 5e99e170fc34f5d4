package dev.tailrace.contracts.service;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A service's settings, read from environment variables of its prefix.
 *
 * <p>Each call declares a setting and answers where its value will be; {@link #build} makes the
 * configuration once nothing is wrong, and otherwise tells every problem at once. A variable of the
 * prefix that nobody declared is a problem too. A secret may stand in a file: {@code <KEY>_FILE}
 * names it.
 */
public final class Settings {

  private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");
  private static final Pattern SIZE = Pattern.compile("(\\d{1,9})(B|KiB|MiB|GiB)?");

  private final String service;
  private final String prefix;
  private final Map<String, String> environment;
  private final TreeSet<String> declared = new TreeSet<>();
  private final List<Map.Entry<String, String>> problems = new ArrayList<>();

  /**
   * @param service how the service is called in its error
   * @param prefix what its variables start with, such as {@code INGEST_}
   */
  public Settings(String service, String prefix, Map<String, String> environment) {
    this.service = service;
    this.prefix = prefix;
    this.environment = Map.copyOf(environment);
  }

  /** A text that must be there. */
  public Supplier<String> text(String key, String example) {
    return required(key, example, Optional::of);
  }

  /** A text, or the default when it is not set. */
  public Supplier<String> textOr(String key, String otherwise) {
    return optional(key, otherwise, otherwise, Optional::of);
  }

  /** A secret, from the variable or from the file that {@code <key>_FILE} names; or the default. */
  public Supplier<String> secretOr(String key, String otherwise) {
    Optional<String> value = secret(key);
    return () -> value.orElse(otherwise);
  }

  /** A secret that must be there, in the variable or in the file that {@code <key>_FILE} names. */
  public Supplier<String> secret(String key, String example) {
    Optional<String> value = secret(key);
    if (value.isEmpty()) {
      problem(key, "missing; e.g. " + example);
    }
    return value::orElseThrow;
  }

  /**
   * Whatever the text can be read as, if it is set.
   *
   * @param legal what it must be, for the error
   * @param parse empty for a text that is none
   */
  public <T> Supplier<Optional<T>> ifSet(
      String key, String legal, Function<String, Optional<T>> parse) {
    Optional<String> text = value(key).map(String::strip);
    Optional<T> value = text.flatMap(parse);
    if (text.isPresent() && value.isEmpty()) {
      problem(key, "\"" + text.get() + "\" is not " + legal);
    }
    return () -> value;
  }

  /**
   * A secret that is read as something, if it is set, in the variable or in the file that {@code
   * <key>_FILE} names; the error does not show it. An empty file is a problem.
   *
   * @param legal what it must be, for the error
   * @param parse empty for a text that is none
   */
  public <T> Supplier<Optional<T>> secretIfSet(
      String key, String legal, Function<String, Optional<T>> parse) {
    Optional<String> text = secret(key);
    Optional<T> value = text.filter(given -> !given.isBlank()).flatMap(parse);
    if (text.isPresent() && value.isEmpty()) {
      problem(key, "is not " + legal);
    }
    return () -> value;
  }

  /**
   * Whatever a text can be read as that must be there.
   *
   * @param legal what it must be, for the error
   * @param parse empty for a text that is none
   */
  public <T> Supplier<T> parsed(String key, String legal, Function<String, Optional<T>> parse) {
    Supplier<Optional<T>> value = ifSet(key, legal, parse);
    if (value(key).isEmpty()) {
      problem(key, "missing; it is " + legal);
    }
    return () -> value.get().orElseThrow();
  }

  /** A secret that must be there and can be read as something; see {@link #secretIfSet}. */
  public <T> Supplier<T> parsedSecret(
      String key, String legal, Function<String, Optional<T>> parse) {
    Optional<String> text = secret(key).filter(given -> !given.isBlank());
    Optional<T> value = text.flatMap(parse);
    if (value.isEmpty()) {
      problem(key, (text.isEmpty() ? "missing; it is " : "is not ") + legal);
    }
    return value::orElseThrow;
  }

  /** An absolute URL, or the default. */
  public Supplier<URI> uriOr(String key, URI otherwise) {
    return optional(
        key,
        otherwise,
        "a URL such as " + otherwise,
        text -> {
          try {
            return Optional.of(URI.create(text)).filter(uri -> uri.getHost() != null);
          } catch (IllegalArgumentException e) {
            return Optional.empty();
          }
        });
  }

  /** Secrets, separated by commas or line ends, all of them valid; at least one. */
  public Supplier<List<String>> secrets(String key, String example) {
    List<String> secrets = list(secret(key));
    if (secrets.isEmpty()) {
      problem(key, "missing; e.g. " + example);
    }
    return () -> secrets;
  }

  /** Secrets, separated by commas or line ends, all of them valid; or the default. */
  public Supplier<List<String>> secretsOr(String key, List<String> otherwise) {
    List<String> secrets = list(secret(key));
    return () -> secrets.isEmpty() ? otherwise : secrets;
  }

  private static List<String> list(Optional<String> value) {
    return value.map(Secrets::split).orElse(List.of());
  }

  /**
   * Secrets that may change while the service runs, if the file that {@code <key>_FILE} names does;
   * or those of the variable, which stay. None when neither is set.
   *
   * @param problems what keeps such a text from being used, in words that tell no secret
   */
  public Supplier<Secrets> changingSecrets(String key, Function<String, List<String>> problems) {
    Optional<String> given = value(key);
    given.ifPresent(text -> problems.apply(text).forEach(problem -> problem(key, problem)));
    Supplier<Optional<Path>> file = file(key + "_FILE", problems);
    if (given.isPresent() && value(key + "_FILE").isPresent()) {
      problem(key, "set twice: here and in " + prefix + key + "_FILE");
    }
    return () ->
        file.get()
            .<Secrets>map(Secrets.InFile::new)
            .or(() -> given.map(text -> new Secrets.Given(Secrets.split(text))))
            .orElse(Secrets.NONE);
  }

  /**
   * A file that the service reads by itself, perhaps again and again; nothing when it is not set.
   *
   * @param problems what keeps its text from being used; all of them are told
   */
  public Supplier<Optional<Path>> file(String key, Function<String, List<String>> problems) {
    Optional<String> name = value(key);
    name.ifPresent(file -> unusable(file, problems).forEach(problem -> problem(key, problem)));
    return () -> name.map(Path::of);
  }

  private static List<String> unusable(String file, Function<String, List<String>> problems) {
    String text;
    try {
      text = Files.readString(Path.of(file));
    } catch (IOException | RuntimeException e) {
      return List.of("can't be read: " + file);
    }
    return problems.apply(text);
  }

  /** A whole number within the bounds, or the default. */
  public Supplier<Integer> numberOr(String key, int otherwise, int least, int most) {
    return optional(
        key,
        otherwise,
        "a number from " + least + " to " + most,
        text -> {
          try {
            int number = Integer.parseInt(text);
            return number < least || number > most ? Optional.empty() : Optional.of(number);
          } catch (NumberFormatException e) {
            return Optional.empty();
          }
        });
  }

  /**
   * Anything that is read from text, or the default.
   *
   * @param legal what is to be written, for who wrote something else
   */
  public <T> Supplier<T> parsedOr(
      String key, T otherwise, String legal, Function<String, Optional<T>> parse) {
    return optional(key, otherwise, legal, parse);
  }

  /** One of a few words, in lower case, or the default. */
  public <E extends Enum<E>> Supplier<E> choiceOr(String key, E otherwise) {
    List<E> choices = List.of(otherwise.getDeclaringClass().getEnumConstants());
    String legal = choices.stream().map(Settings::word).collect(Collectors.joining(" or "));
    return optional(
        key,
        otherwise,
        legal,
        text -> choices.stream().filter(choice -> word(choice).equals(text)).findFirst());
  }

  private static String word(Enum<?> choice) {
    return choice.name().toLowerCase(Locale.ROOT);
  }

  /** A TCP port, or the default; 0 takes a free one. */
  public Supplier<Integer> portOr(String key, int otherwise) {
    return numberOr(key, otherwise, 0, 65_535);
  }

  /** A duration such as {@code 500ms}, {@code 10s} or {@code 2h}, or the default. */
  public Supplier<Duration> durationOr(String key, Duration otherwise) {
    return optional(key, otherwise, "a duration such as 500ms, 10s or 2h", Settings::duration);
  }

  /** A duration that is not below the least, or the default. */
  public Supplier<Duration> durationOr(String key, Duration otherwise, Duration least) {
    return optional(
        key,
        otherwise,
        "a duration such as 12h or 30d, of at least " + least.toHours() + "h",
        text -> duration(text).filter(given -> given.compareTo(least) >= 0));
  }

  /** A number of bytes such as {@code 64KiB}, or the default. */
  public Supplier<Integer> bytesOr(String key, int otherwise) {
    return optional(key, otherwise, "a size such as 64KiB or 1MiB", Settings::bytes);
  }

  /**
   * Makes the configuration.
   *
   * @throws ConfigurationException with every problem, when there is any
   */
  public <C> C build(Supplier<C> configuration) {
    environment.keySet().stream()
        .filter(key -> key.startsWith(prefix) && !declared.contains(key))
        .sorted()
        .forEach(key -> problems.add(Map.entry(key, "unknown" + suggestion(key))));
    if (!problems.isEmpty()) {
      throw new ConfigurationException(service, problems);
    }
    return configuration.get();
  }

  private Optional<String> value(String key) {
    declared.add(prefix + key);
    return Optional.ofNullable(environment.get(prefix + key)).filter(text -> !text.isBlank());
  }

  private Optional<String> secret(String key) {
    Optional<String> value = value(key);
    Optional<String> file = value(key + "_FILE");
    if (file.isEmpty()) {
      return value;
    }
    if (value.isPresent()) {
      problem(key, "set twice: here and in " + prefix + key + "_FILE");
    }
    try {
      return Optional.of(Files.readString(Path.of(file.get())).strip());
    } catch (IOException | RuntimeException e) {
      problem(key + "_FILE", "can't be read: " + file.get());
      return Optional.empty();
    }
  }

  private <T> Supplier<T> required(
      String key, String example, Function<String, Optional<T>> parse) {
    Optional<T> value = value(key).flatMap(parse);
    if (value.isEmpty()) {
      problem(key, "missing; e.g. " + example);
    }
    return value::orElseThrow;
  }

  private <T> Supplier<T> optional(
      String key, T otherwise, String legal, Function<String, Optional<T>> parse) {
    Optional<String> text = value(key);
    if (text.isEmpty()) {
      return () -> otherwise;
    }
    Optional<T> value = parse.apply(text.get().strip());
    if (value.isEmpty()) {
      problem(key, "\"" + text.get() + "\" is not " + legal);
    }
    return value::orElseThrow;
  }

  private void problem(String key, String problem) {
    problems.add(Map.entry(prefix + key, problem));
  }

  private String suggestion(String unknown) {
    return EditDistance.nearest(unknown, declared)
        .map(key -> "; did you mean " + key + "?")
        .orElse("; known are " + String.join(", ", declared));
  }

  private static Optional<Duration> duration(String text) {
    Matcher matcher = DURATION.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    long number = Long.parseLong(matcher.group(1));
    return Optional.of(
        switch (matcher.group(2)) {
          case "ms" -> Duration.ofMillis(number);
          case "s" -> Duration.ofSeconds(number);
          case "m" -> Duration.ofMinutes(number);
          case "h" -> Duration.ofHours(number);
          default -> Duration.ofDays(number);
        });
  }

  private static Optional<Integer> bytes(String text) {
    Matcher matcher = SIZE.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    String unit = Optional.ofNullable(matcher.group(2)).orElse("B");
    int shift =
        switch (unit) {
          case "KiB" -> 10;
          case "MiB" -> 20;
          case "GiB" -> 30;
          default -> 0;
        };
    long bytes = Long.parseLong(matcher.group(1)) << shift;
    return bytes > Integer.MAX_VALUE ? Optional.empty() : Optional.of((int) bytes);
  }
}
