package dev.tailrace.ingest;

import dev.tailrace.contracts.event.Problem;
import dev.tailrace.contracts.sealing.Sealing;
import java.util.List;

/** Whether OAuth with a provider can be done, and with what. */
sealed interface OAuthReadiness {

  /**
   * It can.
   *
   * @param publicUrl where browsers reach us, without a slash at the end
   */
  record Ready(AuthorizationServer server, Sealing sealing, String publicUrl)
      implements OAuthReadiness {

    /** Where the provider sends people back to; the same text when they go and when they come. */
    String redirectUri() {
      return publicUrl + OAuthCallback.route(server.provider());
    }
  }

  /**
   * It can't.
   *
   * @param settings the variables that are missing
   */
  record Missing(OAuthProvider provider, List<String> settings) implements OAuthReadiness {

    String reason() {
      return "OAuth with " + provider.title() + " is not set up";
    }

    List<Problem> problems() {
      return settings.stream().map(setting -> new Problem("", setting + " is not set")).toList();
    }

    /** As a procedure says it. */
    <O> Result.Refused<O> refused() {
      return new Result.Refused<>(409, reason(), problems());
    }
  }
}
