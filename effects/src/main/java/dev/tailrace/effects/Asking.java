package dev.tailrace.effects;

/** Who asks for permits of a rate: an effect, or the batches of a scope, which have one place. */
sealed interface Asking permits EffectKey, BatchScope {

  /** Whether it is of what came by a replay. */
  boolean isReplayed();
}
