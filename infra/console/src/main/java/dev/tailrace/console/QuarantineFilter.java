package dev.tailrace.console;

import java.util.Optional;

/**
 * Which rows of the quarantine are meant.
 *
 * @param slot the begin of the relay's slot's name
 * @param type exactly
 * @param tenant exactly
 * @param reason what stands somewhere in it, {@code %} for anything, upper and lower case alike
 * @param withSettled also those that wait for nobody any more
 */
record QuarantineFilter(
    String slot,
    Optional<String> type,
    Optional<String> tenant,
    Optional<String> reason,
    boolean withSettled) {}
