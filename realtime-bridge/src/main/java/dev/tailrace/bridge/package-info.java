/**
 * Events to browsers: what is marked realtime goes from Kafka to Ably, in commit order per tenant.
 */
@NullMarked
package dev.tailrace.bridge;

import org.jspecify.annotations.NullMarked;
