package dev.tailrace.consumers.forwarding;

import java.net.UnknownHostException;

/** None of a machine's addresses may be dialled; the message names them, and the remedy. */
final class ForbiddenAddressException extends UnknownHostException {

  private static final long serialVersionUID = 1L;

  ForbiddenAddressException(String host, String addresses) {
    super(
        "%s is at %s, which is no public address: let its daemon report another url, or allow the network with FORWARDING_ALLOWED_NETWORKS"
            .formatted(host, addresses));
  }
}
