package dev.tailrace.contracts.event;

import static java.util.function.Function.identity;
import static java.util.stream.Collectors.toUnmodifiableMap;

import dev.tailrace.contracts.event.AccountEvent.EstateBuildCreated;
import dev.tailrace.contracts.event.AccountEvent.EstateCreated;
import dev.tailrace.contracts.event.AccountEvent.OrganizationCreated;
import dev.tailrace.contracts.event.AccountEvent.UserCreated;
import dev.tailrace.contracts.event.DaytonaEvent.SandboxCreated;
import dev.tailrace.contracts.event.DaytonaEvent.SandboxStateUpdated;
import dev.tailrace.contracts.event.KitchenEvent.TaskClaimed;
import dev.tailrace.contracts.event.KitchenEvent.TaskProgress;
import dev.tailrace.contracts.event.KitchenEvent.TaskReleased;
import dev.tailrace.contracts.event.MachineEvent.Promoted;
import dev.tailrace.contracts.event.ResendEvent.EmailReceived;
import dev.tailrace.contracts.event.ResendEvent.EmailStatus;
import dev.tailrace.contracts.event.StripeEvent.CheckoutSessionCompleted;
import dev.tailrace.contracts.event.StripeEvent.InvoicePaid;
import dev.tailrace.contracts.event.StripeEvent.InvoicePaymentFailed;
import dev.tailrace.contracts.event.StripeEvent.SubscriptionCreated;
import dev.tailrace.contracts.event.StripeEvent.SubscriptionDeleted;
import dev.tailrace.contracts.event.StripeEvent.SubscriptionPaused;
import dev.tailrace.contracts.event.StripeEvent.SubscriptionResumed;
import dev.tailrace.contracts.event.StripeEvent.SubscriptionTrialWillEnd;
import dev.tailrace.contracts.event.StripeEvent.SubscriptionUpdated;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

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

  /**
   * What Slack lets its bearer do in a person's name, and what proves that a request is Slack's.
   */
  private static final Set<String> SLACK_SECRETS =
      Set.of("token", "response_url", "response_urls", "trigger_id", "bot_access_token");

  private static final List<EventType<?>> TYPES =
      List.of(
          stripe("stripe:customer.subscription.created", SubscriptionCreated.class),
          stripe("stripe:customer.subscription.updated", SubscriptionUpdated.class),
          stripe("stripe:customer.subscription.paused", SubscriptionPaused.class),
          stripe("stripe:customer.subscription.resumed", SubscriptionResumed.class),
          stripe("stripe:customer.subscription.deleted", SubscriptionDeleted.class),
          stripe("stripe:customer.subscription.trial_will_end", SubscriptionTrialWillEnd.class),
          stripe("stripe:invoice.paid", InvoicePaid.class),
          stripe("stripe:invoice.payment_failed", InvoicePaymentFailed.class),
          stripe("stripe:checkout.session.completed", CheckoutSessionCompleted.class),
          stripe("stripe:other", StripeEvent.Other.class),
          slack("slack:event.received", SlackEvent.EventReceived.class),
          slack("slack:interactive.received", SlackEvent.InteractiveReceived.class),
          slack("slack:other", SlackEvent.Other.class),
          type("resend:email.received", EmailReceived.class, "recipient", EmailReceived::recipient),
          type("resend:email.status", EmailStatus.class, "email", EmailStatus::emailId),
          type("resend:other", ResendEvent.Other.class, "resend", ResendEvent.Other::id),
          daytona("daytona:sandbox.created", SandboxCreated.class),
          daytona("daytona:sandbox.state.updated", SandboxStateUpdated.class),
          type("daytona:other", DaytonaEvent.Other.class, "daytona", DaytonaEvent.Other::id),
          type("*:received", SourceReceived.class, "delivery", SourceReceived::id),
          machine("machine:created", MachineEvent.Created.class),
          machine("machine:ready", MachineEvent.Ready.class),
          type("machine:promoted", Promoted.class, "project", Promoted::projectId).toBrowsers(),
          machine("machine:archive.requested", MachineEvent.ArchiveRequested.class),
          machine("machine:archived", MachineEvent.Archived.class),
          machine("machine:state.changed", MachineEvent.StateChanged.class),
          machine("machine:provisioning.failed", MachineEvent.ProvisioningFailed.class),
          machine("machine:archival.failed", MachineEvent.ArchivalFailed.class),
          connection("connection:slack:created", ConnectionEvent.SlackCreated.class),
          connection("connection:github:created", ConnectionEvent.GithubCreated.class),
          connection("connection:google:created", ConnectionEvent.GoogleCreated.class),
          oauth("oauth:token:refreshed", OAuthEvent.TokenRefreshed.class),
          oauth("oauth:token:failed", OAuthEvent.TokenFailed.class),
          billing("billing:checkout:initiated", BillingEvent.CheckoutInitiated.class),
          billing("billing:checkout:ready", BillingEvent.CheckoutReady.class).toBrowsers(),
          billing("billing:checkout:failed", BillingEvent.CheckoutFailed.class).toBrowsers(),
          type("user:created", UserCreated.class, "user", UserCreated::userId),
          type(
              "organization:created",
              OrganizationCreated.class,
              "organization",
              OrganizationCreated::organizationId),
          type("estate:created", EstateCreated.class, "estate", EstateCreated::estateId),
          type(
              "estate:build:created",
              EstateBuildCreated.class,
              "estate",
              EstateBuildCreated::estateId),
          type("testing:poke", TestingEvent.Poke.class, "testing", _ -> "poke"),
          analytics("analytics:captured", AnalyticsEvent.Captured.class),
          analytics("analytics:exception", AnalyticsEvent.ExceptionCaptured.class),
          type("rpc:*", RpcCalled.class, "procedure", _ -> "procedure"),
          kitchen("kitchen.task.claimed", TaskClaimed.class),
          kitchen("kitchen.task.released", TaskReleased.class),
          kitchen("kitchen.task.progress", TaskProgress.class));

  private static final String RPC = "rpc:";
  private static final String RECEIVED = ":received";

  private static final Map<String, EventType<?>> BY_NAME =
      TYPES.stream().collect(toUnmodifiableMap(EventType::name, identity()));

  private static final Map<Class<?>, EventType<?>> BY_PAYLOAD =
      TYPES.stream().collect(toUnmodifiableMap(EventType::payload, identity()));

  private Catalogue() {}

  /** Every type, in the order of the list above. */
  public static List<EventType<?>> types() {
    return TYPES;
  }

  /** Every line whose topic is known beforehand: all but that of configured senders. */
  public static List<EventType<?>> withTopics() {
    return TYPES.stream().filter(type -> type.payload() != SourceReceived.class).toList();
  }

  /** The type of this name; empty for one that is not catalogued. */
  public static Optional<EventType<?>> find(String name) {
    EventType<?> type = BY_NAME.get(name);
    if (type != null) {
      return type.isFamily() ? Optional.empty() : Optional.of(type);
    }
    if (!EventType.GRAMMAR.matcher(name).matches()) {
      return Optional.empty();
    }
    if (name.startsWith(RPC)) {
      return Optional.of(of(RpcCalled.class).named(name));
    }
    return name.endsWith(RECEIVED) && name.indexOf(':') == name.length() - RECEIVED.length()
        ? Optional.of(of(SourceReceived.class).named(name))
        : Optional.empty();
  }

  /** The type of a call of this procedure. */
  public static EventType<RpcCalled> rpc(String procedure) {
    return of(RpcCalled.class).named(RPC + procedure);
  }

  /** The type of the deliveries of a configured sender of Standard Webhooks. */
  public static EventType<SourceReceived> received(String source) {
    return of(SourceReceived.class).named(source + RECEIVED);
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

  private static <E extends Event> EventType<E> type(
      String name, Class<E> payload, String aggregateType, Function<E, String> aggregateId) {
    return EventType.of(name, payload, aggregateType, aggregateId);
  }

  private static <E extends StripeEvent> EventType<E> stripe(String name, Class<E> payload) {
    return type(name, payload, "stripe_customer", StripeEvent::subject)
        .without(SIGNED_STRIPE_LINKS);
  }

  /** Keyed by the project once the workspace is connected to one; see what stores webhooks. */
  private static <E extends SlackEvent> EventType<E> slack(String name, Class<E> payload) {
    return type(name, payload, "slack_team", SlackEvent::teamId).without(SLACK_SECRETS);
  }

  /** Keyed by the machine once the sandbox is known to be one's. */
  private static <E extends DaytonaEvent.SandboxChange> EventType<E> daytona(
      String name, Class<E> payload) {
    return type(name, payload, "sandbox", DaytonaEvent.SandboxChange::sandboxId);
  }

  private static <E extends MachineEvent> EventType<E> machine(String name, Class<E> payload) {
    return type(name, payload, "machine", MachineEvent::subject).toBrowsers();
  }

  private static <E extends ConnectionEvent> EventType<E> connection(
      String name, Class<E> payload) {
    return type(name, payload, "project", ConnectionEvent::projectId);
  }

  private static <E extends OAuthEvent> EventType<E> oauth(String name, Class<E> payload) {
    return type(name, payload, "secret", OAuthEvent::secretId);
  }

  private static <E extends BillingEvent> EventType<E> billing(String name, Class<E> payload) {
    return type(name, payload, "organization", BillingEvent::organizationId);
  }

  private static <E extends AnalyticsEvent> EventType<E> analytics(String name, Class<E> payload) {
    return type(name, payload, "person", AnalyticsEvent::distinctId);
  }

  private static <E extends KitchenEvent> EventType<E> kitchen(String name, Class<E> payload) {
    return type(name, payload, "kitchen_task", KitchenEvent::taskId).toBrowsers();
  }
}
