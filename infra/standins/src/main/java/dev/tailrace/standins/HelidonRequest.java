package dev.tailrace.standins;

import io.helidon.webserver.http.ServerRequest;
import java.util.HashMap;
import java.util.Map;

/** Reads a {@link Request} from Helidon's, whose types stay here and in the front door. */
final class HelidonRequest {

  private HelidonRequest() {}

  static Request read(ServerRequest incoming) {
    Map<String, String> headers = new HashMap<>();
    incoming.headers().forEach(header -> headers.put(header.name(), header.values()));
    Body body =
        incoming.content().hasEntity()
            ? Body.of(incoming.content().as(byte[].class))
            : Body.empty();
    return new Request(
        incoming.prologue().method().text(),
        incoming.prologue().uriPath().rawPath(),
        incoming.prologue().query().rawValue(),
        headers,
        body);
  }
}
