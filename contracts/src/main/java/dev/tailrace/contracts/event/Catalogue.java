package dev.tailrace.contracts.event;

import static java.util.function.Function.identity;
import static java.util.stream.Collectors.toUnmodifiableMap;

import dev.tailrace.contracts.event.KitchenEvent.TaskClaimed;
import dev.tailrace.contracts.event.KitchenEvent.TaskProgress;
import dev.tailrace.contracts.event.KitchenEvent.TaskReleased;
import dev.tailrace.contracts.event.StripeEvent.SubscriptionCreated;
import dev.tailrace.contracts.event.StripeEvent.SubscriptionPaused;
import dev.tailrace.contracts.event.StripeEvent.SubscriptionResumed;
import dev.tailrace.contracts.event.StripeEvent.SubscriptionUpdated;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Every type of event there is, each on one line.
 *
 * <p>From a line follow the JSON Schema that an append is checked against (in Java and in SQL), the
 * topic, the Kafka key, whether browsers see the event, and the record that a consumer gets. To add
 * a type: a record in its family's file, a line here, and {@code ./tailrace generate}.
 */
public final class Catalogue {

  /**
   * What lets whoever holds it log in, pay, or read a customer's papers: Stripe signs its links,
   * and asks no more of who follows one. Nobody downstream needs them.
   *
   * <p>{@code url} is the link itself in sessions of the checkout and of the billing portal, in
   * links for accounts, files and payments, and in mandates; that it is also the harmless path of
   * each list is the price. {@code next_action} is all that a payer is shown to go on with: links,
   * vouchers, QR codes. A page to return to carries what the platform knows its visitor by.
   */
  private static final Set<String> SIGNED_STRIPE_LINKS =
      Set.of(
          "url",
          "next_action",
          "client_secret",
          "secret",
          "hosted_invoice_url",
          "invoice_pdf",
          "pdf",
          "receipt_url",
          "hosted_regulatory_receipt_url",
          "hosted_instructions_url",
          "hosted_verification_url",
          "hosted_voucher_url",
          "mobile_auth_url",
          "native_url",
          "native_data",
          "mandate_url",
          "download_url",
          "upload_url",
          "image_data_url",
          "image_url_png",
          "image_url_svg",
          "redirect_to_url",
          "redirect_url",
          "return_url",
          "refresh_url",
          "success_url",
          "cancel_url");

  private static final List<EventType<?>> TYPES =
      List.of(
          stripe("stripe:customer.subscription.created", SubscriptionCreated.class),
          stripe("stripe:customer.subscription.updated", SubscriptionUpdated.class),
          stripe("stripe:customer.subscription.paused", SubscriptionPaused.class),
          stripe("stripe:customer.subscription.resumed", SubscriptionResumed.class),
          stripe("stripe:other", StripeEvent.Other.class),
          kitchen("kitchen.task.claimed", TaskClaimed.class),
          kitchen("kitchen.task.released", TaskReleased.class),
          kitchen("kitchen.task.progress", TaskProgress.class));

  private static final Map<String, EventType<?>> BY_NAME =
      TYPES.stream().collect(toUnmodifiableMap(EventType::name, identity()));

  private static final Map<Class<?>, EventType<?>> BY_PAYLOAD =
      TYPES.stream().collect(toUnmodifiableMap(EventType::payload, identity()));

  private Catalogue() {}

  /** Every type, in the order of the list above. */
  public static List<EventType<?>> types() {
    return TYPES;
  }

  /** The type of this name; empty for one that is not catalogued. */
  public static Optional<EventType<?>> find(String name) {
    return Optional.ofNullable(BY_NAME.get(name));
  }

  /** The type whose payload is this record. */
  @SuppressWarnings("unchecked") // the map's keys are the types' own payload classes
  public static <E extends Event> EventType<E> of(Class<E> payload) {
    EventType<?> type = BY_PAYLOAD.get(payload);
    if (type == null) {
      throw new IllegalArgumentException(
          payload.getName()
              + " is not in the catalogue; add its line to "
              + Catalogue.class.getSimpleName());
    }
    return (EventType<E>) type;
  }

  /**
   * Every type whose payload belongs to this record or family of records, such as all of {@link
   * KitchenEvent}.
   */
  public static <E extends Event> List<EventType<? extends E>> family(Class<E> family) {
    return TYPES.stream()
        .filter(type -> family.isAssignableFrom(type.payload()))
        .<EventType<? extends E>>map(type -> of(type.payload().asSubclass(family)))
        .toList();
  }

  private static <E extends StripeEvent> EventType<E> stripe(String name, Class<E> payload) {
    return EventType.of(name, payload, "stripe_customer", StripeEvent::subject)
        .without(SIGNED_STRIPE_LINKS);
  }

  private static <E extends KitchenEvent> EventType<E> kitchen(String name, Class<E> payload) {
    return EventType.of(name, payload, "kitchen_task", KitchenEvent::taskId).toBrowsers();
  }
}
