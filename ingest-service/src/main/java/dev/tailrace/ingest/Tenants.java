package dev.tailrace.ingest;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/** Finds the tenant that a delivery belongs to, in the transaction that stores it. */
final class Tenants {

  private static final String NUL = "\0";

  private Tenants() {}

  static String of(Connection connection, Owner owner) throws SQLException {
    return switch (owner) {
      case Owner.StripeCustomer customer -> {
        Optional<String> id = customer.customerId().filter(text -> !text.contains(NUL));
        Optional<String> organization =
            id.isPresent() ? organization(connection, id.get()) : Optional.empty();
        yield organization.orElse(customer.unresolved());
      }
      default -> owner.unresolved();
    };
  }

  private static Optional<String> organization(Connection connection, String stripeCustomer)
      throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "select organization_id from billing_account where stripe_customer_id = ?")) {
      select.setString(1, stripeCustomer);
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
      }
    }
  }
}
