package dev.tailrace.contracts.event;

/**
 * Something that happened, as its payload tells it.
 *
 * <p>The set is closed: a family is a sealed interface of records, and whoever must treat every
 * event does so in a {@code switch} without {@code default}, so that a new type is a compile error
 * where it matters:
 *
 * <pre>{@code
 * String line = switch (kitchenEvent) {
 *   case KitchenEvent.TaskClaimed claimed -> claimed.employeeId() + " took " + claimed.taskId();
 *   case KitchenEvent.TaskReleased released -> released.taskId() + " is free";
 *   case KitchenEvent.TaskProgress progress -> progress.taskId() + " at " + progress.progressPercent() + " %";
 * };
 * }</pre>
 *
 * <p>A new type is a record in its family's file and a line in {@link Catalogue}.
 */
public sealed interface Event
    permits AccountEvent,
        AnalyticsEvent,
        BillingEvent,
        ConnectionEvent,
        DaytonaEvent,
        KitchenEvent,
        MachineEvent,
        OAuthEvent,
        ResendEvent,
        RpcCalled,
        SlackEvent,
        SourceReceived,
        StripeEvent,
        TestingEvent {}
