/**
 * What tests stand on: servers, time, chance, and the promises of the pipeline.
 *
 * <p>{@link dev.tailrace.testkit.Servers} starts one PostgreSQL and one Kafka for a whole test run,
 * and each test takes a {@link dev.tailrace.testkit.TestDatabase} and {@link
 * dev.tailrace.testkit.TestTopics} of its own there, so that tests neither wait for servers nor
 * meet each other. {@link dev.tailrace.testkit.SettableClock} moves when told, {@link
 * dev.tailrace.testkit.Seeds} draws input that a failure can be repeated with, and {@link
 * dev.tailrace.testkit.Await} waits for a condition, never for a while. A {@link
 * dev.tailrace.testkit.Guarantee} is a promise that any scenario can assert when its dust has
 * settled. Tables and topics are known here by their public names only: the modules that define
 * them are tested with this one.
 */
@NullMarked
package dev.tailrace.testkit;

import org.jspecify.annotations.NullMarked;
