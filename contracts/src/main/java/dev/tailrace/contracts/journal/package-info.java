/** What the journal knows of events and their effects, for whoever asks. */
@NullMarked
package dev.tailrace.contracts.journal;

import org.jspecify.annotations.NullMarked;
