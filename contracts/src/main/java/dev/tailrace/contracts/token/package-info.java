/** Who may call: the tokens of callers, what each lets its holder do, and the table they are in. */
@NullMarked
package dev.tailrace.contracts.token;

import org.jspecify.annotations.NullMarked;
