/** A project's machines: where each stands in its life, and the table they are in. */
@NullMarked
package dev.tailrace.contracts.machine;

import org.jspecify.annotations.NullMarked;
