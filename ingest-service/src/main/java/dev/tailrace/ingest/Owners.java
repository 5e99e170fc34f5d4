package dev.tailrace.ingest;

/**
 * How the tables are asked whose a delivery is: each kind of {@link Owner} as the columns that the
 * batch hands in, and the query that finds its tenant and aggregate.
 *
 * @param kind which query answers
 * @param key what it looks for
 * @param other what else it looks for; empty when there is nothing
 */
record Owners(String kind, String key, String other) {

  /**
   * Over a row {@code given (kind, key, other)}; at most one row of {@code (tenant_id,
   * aggregate_type, aggregate_id)}. Without an aggregate the event keeps its own.
   */
  static final String LOOKUP =
      """
      (select organization_id as tenant_id, null as aggregate_type, null as aggregate_id
       from billing_account
       where given.kind = 'stripe_customer' and stripe_customer_id = given.key)
      union all
      (select organization_id, 'project', project.id
       from connection join project on project.id = connection.project_id
       where given.kind = 'slack_team' and provider = 'slack' and external_id = given.key)
      union all
      (select organization_id, 'machine', machine.id
       from machine join project on project.id = machine.project_id
       where given.kind = 'sandbox' and provider = 'daytona' and external_id = given.key)
      union all
      (select project.organization_id, 'project', project.id
       from app_user
         join membership on membership.user_id = app_user.id
         join project on project.organization_id = membership.organization_id
         left join machine on machine.project_id = project.id and machine.state = 'active'
       where given.kind = 'mail' and lower(app_user.email) = given.key
         and (project.slug = given.other or machine.id is not null)
       order by project.slug = given.other desc, project.created_at, project.id
       limit 1)""";

  private static final String NOTHING = "";

  static Owners of(Owner owner) {
    return switch (owner) {
      case Owner.StripeCustomer customer ->
          customer
              .customerId()
              .map(id -> new Owners("stripe_customer", id, NOTHING))
              .orElse(new Owners("nobody", NOTHING, NOTHING));
      case Owner.SlackTeam team -> new Owners("slack_team", team.teamId(), NOTHING);
      case Owner.Sandbox sandbox -> new Owners("sandbox", sandbox.sandboxId(), NOTHING);
      case Owner.Mail mail -> new Owners("mail", mail.sender(), slug(mail.recipient()));
      case Owner.Nobody _ -> new Owners("nobody", NOTHING, NOTHING);
    };
  }

  /** What stands between the plus sign and the at sign. */
  private static String slug(String recipient) {
    int at = recipient.lastIndexOf('@');
    int plus = recipient.indexOf('+');
    return plus >= 0 && plus < at ? recipient.substring(plus + 1, at) : NOTHING;
  }
}
