/** The analytics application: what was counted and what went wrong, captured in PostHog. */
@NullMarked
package dev.tailrace.consumers.analytics;

import org.jspecify.annotations.NullMarked;
