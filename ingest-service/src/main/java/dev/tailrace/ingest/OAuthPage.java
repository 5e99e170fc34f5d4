package dev.tailrace.ingest;

import java.util.Optional;

/**
 * A page for the person whose browser came back from a provider: what happened, and what to do.
 *
 * <p>No page loads anything or tells another site where it was come from: the address held a code.
 *
 * @param reference what the log of the failure can be found by
 */
record OAuthPage(int status, String title, String text, Optional<String> reference) {

  static OAuthPage connected(OAuthProvider provider) {
    return new OAuthPage(
        200, provider.title() + " is connected", "You can close this window.", Optional.empty());
  }

  Answer answer() {
    String note =
        reference
            .map(text -> "<p class=\"note\">Reference for support: " + escape(text) + "</p>\n")
            .orElse("");
    return Answer.html(
            status,
            """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>%1$s</title>
            <style>
            body { font: 18px/1.5 system-ui, sans-serif; max-width: 32em; margin: 15vh auto; padding: 0 1em }
            .note { color: #666; font-size: 14px }
            </style>
            </head>
            <body>
            <h1>%1$s</h1>
            <p>%2$s</p>
            %3$s</body>
            </html>
            """
                .formatted(escape(title), escape(text), note))
        .with("Cache-Control", "no-store")
        .with("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
        .with("Referrer-Policy", "no-referrer")
        .with("X-Content-Type-Options", "nosniff");
  }

  static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }
}
