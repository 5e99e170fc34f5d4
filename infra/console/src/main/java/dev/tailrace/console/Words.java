package dev.tailrace.console;

import dev.tailrace.contracts.token.ApiToken;
import dev.tailrace.contracts.token.Grant;
import dev.tailrace.contracts.token.TypePattern;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How a token is told of: in a sentence, in a line of a table, in JSON. */
final class Words {

  private static final List<String> HEAD =
      List.of("ID", "KIND", "NAME", "TENANT", "TYPES", "MACHINE", "CREATED", "REVOKED");

  private static final String NONE = "-";

  private Words() {}

  /** What its holder may do, to follow "may". */
  static String may(Grant grant) {
    return switch (grant) {
      case Grant.Platform(Optional<String> tenant) -> "call the procedures for " + whom(tenant);
      case Grant.Daemon(String machine) -> "report of machine " + machine;
      case Grant.Publisher publisher ->
          "append events of "
              + publisher.types().map(_ -> publisher.typesInWords()).orElse("every type")
              + " for "
              + whom(publisher.tenantId());
    };
  }

  private static String whom(Optional<String> tenant) {
    return tenant.map(id -> "tenant " + id).orElse("every tenant");
  }

  /** A head and a line each, in columns. */
  static List<String> table(List<ApiToken> tokens) {
    var lines = new ArrayList<List<String>>();
    lines.add(HEAD);
    tokens.stream().map(Words::cells).forEach(lines::add);
    return Columns.of(lines);
  }

  private static List<String> cells(ApiToken token) {
    return List.of(
        token.id(),
        token.grant().kind().word(),
        token.name(),
        token.grant().tenant().orElse(NONE),
        token.grant() instanceof Grant.Publisher publisher ? publisher.typesInWords() : NONE,
        machine(token).orElse(NONE),
        Columns.second(token.createdAt()),
        token.revokedAt().map(Columns::second).orElse(NONE));
  }

  private static Optional<String> machine(ApiToken token) {
    return token.grant() instanceof Grant.Daemon(String id) ? Optional.of(id) : Optional.empty();
  }

  /** What is not limited, or not so, is left out. */
  static Map<String, Object> json(ApiToken token) {
    var json = new LinkedHashMap<String, Object>();
    json.put("id", token.id());
    json.put("kind", token.grant().kind().word());
    json.put("name", token.name());
    token.grant().tenant().ifPresent(tenant -> json.put("tenant", tenant));
    if (token.grant() instanceof Grant.Publisher publisher) {
      publisher
          .types()
          .ifPresent(types -> json.put("types", types.stream().map(TypePattern::text).toList()));
    }
    machine(token).ifPresent(machine -> json.put("machine", machine));
    json.put("created", token.createdAt());
    token.revokedAt().ifPresent(at -> json.put("revoked", at));
    return json;
  }
}
