/** The forwarding application: what Slack and mails say to a project, posted to its machine. */
@NullMarked
package dev.tailrace.consumers.forwarding;

import org.jspecify.annotations.NullMarked;
