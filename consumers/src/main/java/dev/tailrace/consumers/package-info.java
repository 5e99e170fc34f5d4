/**
 * The consumer applications; each is a package of its own that knows no sibling, and all are one
 * image.
 */
@NullMarked
package dev.tailrace.consumers;

import org.jspecify.annotations.NullMarked;
