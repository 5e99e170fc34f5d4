/**
 * The way in: webhooks of providers and events of publishers, over HTTP, into Postgres.
 *
 * <p>Read it in this order: {@link dev.tailrace.ingest.IngestMain} assembles, {@code PublicServer}
 * speaks HTTP, a {@code WebhookSource} knows one provider, {@code Deliveries} writes.
 */
@NullMarked
package dev.tailrace.ingest;

import org.jspecify.annotations.NullMarked;
