package dev.tailrace.ingest;

import java.util.List;

/**
 * What came of an exchanged code: the account that was connected, and its tokens, at least one.
 *
 * @param externalId the account's id at the provider
 * @param name what people call the account; may be empty
 * @param scope what was granted, in the provider's words
 */
record ConnectedAccount(String externalId, String name, String scope, List<Token> tokens) {

  ConnectedAccount {
    tokens = List.copyOf(tokens);
  }
}
