/** Sealed texts: what the database keeps of secrets, so that whoever reads it can't use them. */
@NullMarked
package dev.tailrace.contracts.sealing;

import org.jspecify.annotations.NullMarked;
