package dev.tailrace.consumers.billing;

import dev.tailrace.contracts.outbox.DatabaseConfig;
import dev.tailrace.contracts.service.AdminAddress;
import dev.tailrace.contracts.service.Settings;
import dev.tailrace.effects.EffectsConfig;
import java.net.URI;
import java.util.Map;
import java.util.function.Supplier;

/** The settings of the billing application, from variables that start with {@code BILLING_}. */
public record BillingConfig(
    DatabaseConfig database, EffectsConfig effects, Stripe stripe, AdminAddress admin) {

  /**
   * How to reach Stripe.
   *
   * @param apiBase Stripe's own, or a stand-in's
   * @param priceId of what is subscribed to, a metered one
   */
  public record Stripe(String secretKey, URI apiBase, String priceId) {

    /** Leaves the key out. */
    @Override
    public String toString() {
      return "Stripe[" + apiBase + "]";
    }
  }

  public static BillingConfig from(Map<String, String> environment) {
    var settings = new Settings("billing", "BILLING_", environment);
    Supplier<DatabaseConfig> database = DatabaseConfig.from(settings);
    Supplier<EffectsConfig> effects = EffectsConfig.from(settings);
    Supplier<String> key = settings.secret("STRIPE_SECRET_KEY", "sk_live_...");
    Supplier<URI> apiBase = settings.uriOr("STRIPE_API_BASE", URI.create("https://api.stripe.com"));
    Supplier<String> price = settings.text("STRIPE_PRICE_ID", "price_...");
    Supplier<AdminAddress> admin = AdminAddress.from(settings, 8083);
    return settings.build(
        () ->
            new BillingConfig(
                database.get(),
                effects.get(),
                new Stripe(key.get(), apiBase.get(), price.get()),
                admin.get()));
  }
}
