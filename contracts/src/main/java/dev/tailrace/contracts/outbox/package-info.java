/** How events get into Postgres: the outbox, its database, and the database's migrations. */
@NullMarked
package dev.tailrace.contracts.outbox;

import org.jspecify.annotations.NullMarked;
