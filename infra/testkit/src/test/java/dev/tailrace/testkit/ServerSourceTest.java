package dev.tailrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class ServerSourceTest {
  @Test
  void isChosenByName() {
    assertThat(ServerSource.named("embedded")).isInstanceOf(EmbeddedServers.class);
    assertThat(ServerSource.named("containers")).isInstanceOf(ContainerServers.class);
  }

  @Test
  void refusesAnUnknownNameAndTellsTheTwoItKnows() {
    assertThatThrownBy(() -> ServerSource.named("docker"))
        .hasMessage("-Dtestkit=docker is neither 'embedded' nor 'containers'");
  }
}
