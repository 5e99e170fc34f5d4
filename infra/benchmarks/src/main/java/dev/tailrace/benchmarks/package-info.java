/**
 * How fast Tailrace is: each figure beside a peer's, measured in the same run on the same machine.
 */
@NullMarked
package dev.tailrace.benchmarks;

import org.jspecify.annotations.NullMarked;
