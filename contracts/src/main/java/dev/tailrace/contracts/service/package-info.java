/**
 * What every service is made of besides its own work: configuration, start and stop, the admin
 * port.
 */
@NullMarked
package dev.tailrace.contracts.service;

import org.jspecify.annotations.NullMarked;
