/**
 * The machines application: each machine's sandbox at its provider, made, followed, and put away.
 */
@NullMarked
package dev.tailrace.consumers.machines;

import org.jspecify.annotations.NullMarked;
