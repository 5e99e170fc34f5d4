package dev.tailrace.effects;

import java.time.Duration;
import java.time.Instant;

/** An attempt that has ended, on its way back to the stream thread. */
record Finished(
    EffectKey key, PendingEffect pending, Outcome outcome, Instant startedAt, Duration took) {}
