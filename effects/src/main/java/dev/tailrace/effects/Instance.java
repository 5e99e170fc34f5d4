package dev.tailrace.effects;

import java.time.Clock;
import java.util.function.DoubleSupplier;

/**
 * What all tasks of an instance share.
 *
 * @param lots draws from [0, 1) for the jitter of delays
 */
record Instance(
    Consumers consumers,
    Attempts attempts,
    Workers workers,
    Memory memory,
    Commits commits,
    Output output,
    EffectMeters meters,
    Watch watch,
    Clock clock,
    DoubleSupplier lots) {}
