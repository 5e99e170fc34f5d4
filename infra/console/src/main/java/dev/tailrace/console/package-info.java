/** The operator's commands: what a person does to a running Tailrace from a terminal. */
@NullMarked
package dev.tailrace.console;

import org.jspecify.annotations.NullMarked;
