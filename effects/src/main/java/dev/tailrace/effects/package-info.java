/**
 * Durable effects: what must follow from an event, carried out at least once with the same key on
 * every try, one after another within a lane, side by side across lanes, retried until it is done
 * or given up in the open.
 */
@NullMarked
package dev.tailrace.effects;

import org.jspecify.annotations.NullMarked;
