package dev.tailrace.contracts.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ChannelsTest {

  @Test
  void aTenantHasItsChannel() {
    assertThat(Channels.channelFor("org_42")).isEqualTo("tenant:org_42");
    assertThat(Channels.parse("tenant:org_42")).contains("org_42");
    assertThat(Channels.parse("tenant:org_42:kitchen")).contains("org_42");
  }

  @Test
  void noTenantNoChannel() {
    assertThatThrownBy(() -> Channels.channelFor("  ")).hasMessage("tenantId is required");
  }

  @Test
  void otherChannelsAreNotOurs() {
    for (String channel :
        new String[] {"", "tenant:", "tenant:*", "room:1", "tenant:a:b:c", "xtenant:a"}) {
      assertThat(Channels.parse(channel)).as(channel).isEmpty();
    }
  }

  @Test
  void theModuleIsWhatStandsFirst() {
    assertThat(Channels.moduleOf("kitchen.task.claimed")).isEqualTo("kitchen");
    assertThat(Channels.moduleOf("billing:checkout:ready")).isEqualTo("billing");
    assertThatThrownBy(() -> Channels.moduleOf("kitchen"))
        .hasMessage("Invalid eventType format: kitchen");
  }
}
