package dev.tailrace.standins;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.Optional;

/**
 * The paths under {@code /_standin/machines}: the machines whose daemons a host runs, and each
 * daemon's own paths behind its machine's id, which answer while the daemon is down as well.
 */
final class DaemonHostControl {

  private static final String PREFIX = "/_standin/";
  private static final String MACHINES = "machines";

  private DaemonHostControl() {}

  static Optional<Reply> answer(Request request, DaemonHost host) {
    if (request.is("GET", "_standin", MACHINES)) {
      ArrayNode list = Json.array();
      host.hosted().forEach(hosted -> list.add(hosted.json()));
      return Optional.of(Reply.Answer.json(200, Json.object().set(MACHINES, list)));
    }
    if (!request.path().startsWith(PREFIX + MACHINES + "/") || request.segments().size() != 4) {
      return Optional.empty();
    }
    String machineId = request.segments().get(2);
    return Optional.of(
        host.daemon(machineId)
            .map(daemon -> daemon.control(within(request)))
            .orElseGet(
                () -> ControlPaths.refusal(404, "no daemon has run for machine " + machineId)));
  }

  /** The same request as the daemon itself would have got it. */
  private static Request within(Request request) {
    return new Request(
        request.method(),
        PREFIX + request.segments().getLast(),
        request.query(),
        request.headers(),
        request.body());
  }
}
