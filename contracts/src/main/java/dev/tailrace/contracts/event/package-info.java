/**
 * What can happen: the events, their envelope, the catalogue that lists every type, and the names
 * that follow from it (topics, channels, headers).
 */
@NullMarked
package dev.tailrace.contracts.event;

import org.jspecify.annotations.NullMarked;
