/** The journal: what became of each event, from the topics into Postgres. */
@NullMarked
package dev.tailrace.consumers.journal;

import org.jspecify.annotations.NullMarked;
