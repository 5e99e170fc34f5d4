/** The billing application: what Stripe says of who pays, kept in {@code billing_account}. */
@NullMarked
package dev.tailrace.consumers.billing;

import org.jspecify.annotations.NullMarked;
