package dev.tailrace.contracts.event;

import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.validation.constraints.NotBlank;
import java.util.List;
import java.util.Optional;

/** What Resend told its webhook of e-mail. */
public sealed interface ResendEvent extends Event {

  /** A mail came in. Resend sends no text with it: whoever needs that asks for it by the id. */
  record EmailReceived(
      @NotBlank String emailId,
      @NotBlank String from,
      List<String> to,
      List<String> cc,
      Optional<String> subject,
      Optional<String> messageId,
      List<Attachment> attachments)
      implements ResendEvent {

    /** The address that it was sent to; Resend passes on no mail without one. */
    public String recipient() {
      return to.isEmpty() ? emailId : to.getFirst();
    }
  }

  /** A file of a mail, without its bytes. */
  record Attachment(Optional<String> id, Optional<String> filename, Optional<String> contentType) {}

  /**
   * What became of a mail that we sent; {@code status} is Resend's word, such as {@code bounced}.
   */
  record EmailStatus(@NotBlank String emailId, @NotBlank String status, Optional<String> reason)
      implements ResendEvent {}

  /** Any other event of Resend's; {@code type} is its own. */
  record Other(@NotBlank String id, @NotBlank String type, ObjectNode raw) implements ResendEvent {}
}
