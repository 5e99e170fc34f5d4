package dev.tailrace.contracts.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class DatabaseConfigTest {

  @Test
  void tellsNoPasswordWhereverItStands() {
    var config =
        new DatabaseConfig(
            "jdbc:postgresql://db:5432/tailrace?sslmode=require&password=hunter2",
            "tailrace",
            "hunter2",
            16,
            Duration.ofSeconds(5));

    assertThat(config)
        .hasToString(
            "DatabaseConfig[jdbc:postgresql://db:5432/tailrace as tailrace, at most 16 connections]");
  }
}
