package dev.tailrace.bridge;

import com.google.gson.JsonParser;
import io.ably.lib.rest.AblyRest;
import io.ably.lib.types.AblyException;
import io.ably.lib.types.ClientOptions;
import io.ably.lib.types.ErrorInfo;
import java.net.URI;

/** Publishes through Ably's own client, one request a call. */
final class AblyPublisher implements Publisher, AutoCloseable {

  private static final int TOO_MANY_REQUESTS = 429;
  private static final int SERVER_ERRORS = 500;

  private final AblyRest ably;

  AblyPublisher(BridgeConfig.Ably config) throws AblyException {
    this.ably = new AblyRest(options(config));
  }

  @Override
  public Answer publish(Message message) {
    var ablyMessage =
        new io.ably.lib.types.Message(message.name(), JsonParser.parseString(message.data()));
    ablyMessage.id = message.id();
    try {
      ably.channels.get(message.channel()).publish(new io.ably.lib.types.Message[] {ablyMessage});
      return new Answer.Accepted();
    } catch (AblyException e) {
      return answer(e);
    } finally {
      // A channel costs memory for as long as the client knows it, and there is one per tenant.
      ably.channels.release(message.channel());
    }
  }

  /**
   * A refused connection, a timeout (it may have been accepted: the id makes the repeat harmless),
   * 429 and 5xx pass.
   */
  private static Answer answer(AblyException e) {
    ErrorInfo error = e.errorInfo;
    boolean passes =
        e instanceof AblyException.HostFailedException
            || error.statusCode == TOO_MANY_REQUESTS
            || error.statusCode >= SERVER_ERRORS
            || error.statusCode == 0;
    String reason = error.code + " " + error.message;
    return passes ? new Answer.Unavailable("Ably: " + reason) : new Answer.Refused(reason);
  }

  private static ClientOptions options(BridgeConfig.Ably config) throws AblyException {
    var options = new ClientOptions(config.key());
    // What fails is told by the outcome of the effect; the library would print it to the terminal.
    options.logLevel = io.ably.lib.util.Log.NONE;
    if (!config.host().equals(BridgeConfig.ABLY)) {
      URI host = config.host();
      options.restHost = host.getHost();
      options.tls = "https".equals(host.getScheme());
      options.port = host.getPort();
      options.tlsPort = host.getPort();
      options.useBinaryProtocol = false;
      options.fallbackHosts = new String[0];
    }
    return options;
  }

  @Override
  public void close() {
    try {
      ably.close();
    } catch (Exception e) {
      throw new IllegalStateException("Ably's client did not close", e);
    }
  }
}
