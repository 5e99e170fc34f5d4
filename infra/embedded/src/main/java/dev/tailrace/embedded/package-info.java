/**
 * A real PostgreSQL and a real Kafka broker for one machine: the laptop's pipeline and the tests.
 *
 * <p>Both listen on the loopback address only and keep their files in a directory that the caller
 * names, so that a restart, also one after a hard kill, finds everything that was acknowledged.
 * PostgreSQL is a child process from binaries on the class path; the broker runs in this JVM.
 */
@NullMarked
package dev.tailrace.embedded;

import org.jspecify.annotations.NullMarked;
