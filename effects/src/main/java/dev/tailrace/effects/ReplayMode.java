package dev.tailrace.effects;

/** What a replay does with effects of the past. */
public enum ReplayMode {
  /** What {@code effect_done} does not have is carried out. Nothing is done twice. */
  FILL,

  /**
   * Projections are built again: consumers that are {@code idempotentByRow}. Nothing with an
   * external effect is carried out.
   */
  PROJECT,

  /** What is done is repeated too, by consumers that {@code mayBeForced}. */
  FORCE
}
