/**
 * The whole pipeline on one machine, in one process: what {@code ./tailrace up} and {@code
 * ./tailrace demo} run.
 */
@NullMarked
package dev.tailrace.local;

import org.jspecify.annotations.NullMarked;
