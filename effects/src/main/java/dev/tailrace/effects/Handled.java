package dev.tailrace.effects;

/**
 * What a handler answers: an outcome, or work to be committed together with the record that the
 * effect is done.
 */
public sealed interface Handled permits Outcome, Commit {}
