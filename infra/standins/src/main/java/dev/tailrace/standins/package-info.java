/**
 * Strict HTTP servers that stand for providers which can't be reached from a laptop or a test: they
 * refuse what the provider would refuse, remember what they received, and can be told to be slow,
 * to fail, or to be down.
 *
 * <p>To add a stand-in: write a {@link dev.tailrace.standins.Provider} that answers the provider's
 * real paths with its real refusals, and a public {@code XStandIn} that opens it with {@link
 * dev.tailrace.standins.FrontDoor#open}. Everything else here is shared: the listener, the faults,
 * the record of requests, and {@code /_standin/faults} and {@code /_standin/requests}.
 */
@NullMarked
package dev.tailrace.standins;

import org.jspecify.annotations.NullMarked;
