package dev.tailrace.consumers.forwarding;

import dev.tailrace.contracts.service.HttpCalls.Heard;

/** The daemons on machines, which take what is posted to them. */
interface Daemons {

  /** Posts once, signed for the machine, and tells what came back; bounded in time and size. */
  Heard post(Aimed.AtMachine machine, Message message);
}
