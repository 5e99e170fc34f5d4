package dev.tailrace.effects;

/** What a batch's handler answers: one outcome for all, one for each, or that it was refused. */
public sealed interface HandledBatch permits Outcome, Outcomes, Refused {}
