package dev.tailrace.console;

import dev.tailrace.contracts.event.Catalogue;
import dev.tailrace.contracts.event.EventType;
import dev.tailrace.contracts.event.Json;
import dev.tailrace.contracts.token.ApiToken;
import dev.tailrace.contracts.token.ApiTokens;
import dev.tailrace.contracts.token.Grant;
import dev.tailrace.contracts.token.TokenText;
import dev.tailrace.contracts.token.TypePattern;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** {@code ops token}: who may call, made, listed and revoked. */
@Command(
    name = "token",
    synopsisSubcommandLabel = "COMMAND",
    description = "Makes, lists and revokes the tokens that callers show.")
final class TokenCommand implements Runnable {

  @CommandLine.Spec private CommandSpec spec = CommandSpec.create();

  private final Supplier<DatabaseOfOps> database;
  private final Clock clock;

  TokenCommand(Supplier<DatabaseOfOps> database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  CommandLine commands() {
    return new CommandLine(this)
        .addSubcommand(new Create())
        .addSubcommand(new Show())
        .addSubcommand(new Revoke());
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "name a command: create, list or revoke");
  }

  /** Makes a token, and shows it this once. */
  @Command(
      name = "create",
      description =
          "Makes a token and prints it. It is not to be had again: only its hash is kept.",
      footer = {
        "",
        "For example:",
        "  ./tailrace ops token create --kind publisher --name kitchen --types 'kitchen.*'",
        "  ./tailrace ops token create --kind platform --name backend",
        "  ./tailrace ops token create --kind daemon --name agent --machine mch_1"
      })
  private final class Create implements Callable<Integer> {

    @CommandLine.Spec private CommandSpec spec = CommandSpec.create();

    @Option(
        names = "--kind",
        required = true,
        paramLabel = "KIND",
        description =
            "platform: calls the procedures; daemon: reports of one machine; publisher: appends events")
    private String kind = "";

    @Option(
        names = "--name",
        required = true,
        paramLabel = "NAME",
        description = "whose it is, for those who read the list")
    private String name = "";

    @Option(
        names = "--tenant",
        paramLabel = "TENANT",
        description =
            "the only tenant that it may act for (platform, publisher); without it, every one")
    private @Nullable String tenant;

    @Option(
        names = "--types",
        paramLabel = "PATTERN",
        split = ",",
        description =
            "the types that it may append (publisher): exact names, or with * for any run of characters, separated by commas; without it, every one")
    private List<String> types = List.of();

    @Option(
        names = "--machine",
        paramLabel = "ID",
        description = "the machine that it reports of (daemon)")
    private @Nullable String machine;

    @Override
    public Integer call() {
      Grant grant = grant();
      if (name.isBlank()) {
        throw wrong("--name must not be blank");
      }
      TokenText token = database.get().inTransaction(connection -> create(connection, grant));
      PrintWriter out = spec.commandLine().getOut();
      out.println(token.text());
      out.println();
      out.println("It is shown this once, and may " + Words.may(grant) + ".");
      if (grant instanceof Grant.Publisher publisher && publisher.types().isPresent()) {
        out.println(covered(publisher));
      }
      out.println("Revoke it with: ./tailrace ops token revoke " + token.id());
      return 0;
    }

    private TokenText create(Connection connection, Grant grant) throws SQLException {
      if (grant instanceof Grant.Daemon(String id) && !isMachine(connection, id)) {
        throw new CannotException("There is no machine " + id + "; nothing was made.");
      }
      return ApiTokens.create(connection, name, grant, clock.instant());
    }

    private Grant grant() {
      Optional<String> forTenant = Optional.ofNullable(tenant);
      if (forTenant.filter(id -> !id.matches("[^:*\\s\\p{Cntrl}]+")).isPresent()) {
        throw wrong("--tenant must not be blank, and have no ':', '*' or blanks");
      }
      return switch (kind) {
        case "platform" -> {
          without("--types", !types.isEmpty());
          without("--machine", machine != null);
          yield new Grant.Platform(forTenant);
        }
        case "daemon" -> {
          without("--types", !types.isEmpty());
          without("--tenant", tenant != null);
          yield new Grant.Daemon(
              Optional.ofNullable(machine)
                  .orElseThrow(() -> wrong("a daemon's token needs --machine")));
        }
        case "publisher" -> {
          without("--machine", machine != null);
          yield new Grant.Publisher(forTenant, patterns());
        }
        default -> throw wrong("--kind is platform, daemon or publisher, and not \"" + kind + "\"");
      };
    }

    private Optional<List<TypePattern>> patterns() {
      try {
        return types.isEmpty()
            ? Optional.empty()
            : Optional.of(types.stream().map(String::strip).map(TypePattern::of).toList());
      } catch (IllegalArgumentException e) {
        throw wrong(String.valueOf(e.getMessage()));
      }
    }

    private void without(String option, boolean isSet) {
      if (isSet) {
        throw wrong("a " + kind + "'s token takes no " + option);
      }
    }

    private ParameterException wrong(String message) {
      return new ParameterException(spec.commandLine(), message);
    }
  }

  private static boolean isMachine(Connection connection, String id) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement("select 1 from machine where id = ?")) {
      select.setString(1, id);
      try (ResultSet row = select.executeQuery()) {
        return row.next();
      }
    }
  }

  /** Which types of today's catalogue these are: a slip in a pattern is seen here. */
  private static String covered(Grant.Publisher publisher) {
    List<String> names =
        Catalogue.types().stream().map(EventType::name).filter(publisher::mayPublish).toList();
    return names.isEmpty()
        ? "! The catalogue has no such type today."
        : "In the catalogue these are today: " + String.join(", ", names);
  }

  /** Shows every token, without its secret. */
  @Command(name = "list", description = "Shows every token there ever was, without its secret.")
  private final class Show implements Callable<Integer> {

    @CommandLine.Spec private CommandSpec spec = CommandSpec.create();

    @Option(names = "--json", description = "as one array of JSON, for programs")
    private boolean json;

    @Override
    public Integer call() {
      List<ApiToken> tokens = database.get().inTransaction(ApiTokens::list);
      PrintWriter out = spec.commandLine().getOut();
      if (json) {
        out.println(Json.write(tokens.stream().map(Words::json).toList()));
      } else if (tokens.isEmpty()) {
        out.println("There is no token yet: ./tailrace ops token create --help");
      } else {
        Words.table(tokens).forEach(out::println);
      }
      return 0;
    }
  }

  /** Ends a token's use. */
  @Command(name = "revoke", description = "Ends a token's use, everywhere within five seconds.")
  private final class Revoke implements Callable<Integer> {

    @CommandLine.Spec private CommandSpec spec = CommandSpec.create();

    @Parameters(
        index = "0",
        paramLabel = "ID",
        description = "the token's id, as the list shows it: what stands before its secret")
    private String id = "";

    @Override
    public Integer call() {
      ApiTokens.Revocation revocation =
          database
              .get()
              .inTransaction(connection -> ApiTokens.revoke(connection, id, clock.instant()));
      PrintWriter out = spec.commandLine().getOut();
      return switch (revocation) {
        case REVOKED -> {
          out.println("✓ " + id + " is revoked; a service may go on to take it for five seconds");
          yield 0;
        }
        case REVOKED_BEFORE -> {
          out.println("✓ " + id + " was revoked before");
          yield 0;
        }
        case UNKNOWN ->
            throw new CannotException(
                "There is no token " + id + ". Its id is what ./tailrace ops token list shows.");
      };
    }
  }
}
