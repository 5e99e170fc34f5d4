package dev.tailrace.embedded;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What stands in {@code postgresql.conf}: durable, ready for logical decoding, loopback only. */
record PostgresSettings(int port, Map<String, String> chosen) {

  PostgresSettings {
    chosen = Map.copyOf(chosen);
    for (var name : chosen.keySet()) {
      if (!name.matches("[a-z_.]+")) {
        throw new IllegalArgumentException("Not a PostgreSQL setting: " + name);
      }
    }
  }

  String asFile() {
    var all = new TreeMap<String, String>();
    all.put("fsync", "on");
    all.put("wal_level", "logical");
    all.put("max_replication_slots", "64");
    all.put("max_wal_senders", "64");
    all.put("max_connections", "300");
    all.put("track_commit_timestamp", "on");
    all.put("wal_sender_timeout", "15s");
    all.put("timezone", "UTC");
    all.put("log_timezone", "UTC");
    all.putAll(chosen);
    all.put("listen_addresses", "127.0.0.1");
    all.put("port", Integer.toString(port));
    // The path of a socket must be short, and nobody here asks for one.
    all.put("unix_socket_directories", "");
    return all.entrySet().stream()
        .map(entry -> "%s = '%s'%n".formatted(entry.getKey(), quoted(entry.getValue())))
        .collect(Collectors.joining());
  }

  private static String quoted(String value) {
    return value.replace("\\", "\\\\").replace("'", "''");
  }
}
