package dev.treadle.trigger;

import dev.treadle.InputMapping;
import java.util.List;

/**
 * A sender of webhooks and what its deliveries start.
 *
 * @param name the last part of the address that it posts to
 * @param secrets names of its secrets, never their values
 * @param agent whose task a delivery starts
 * @param input pointers into the delivered document
 */
public record WebhookSource(
    String name, WebhookScheme scheme, List<String> secrets, String agent, InputMapping input) {
  public WebhookSource {
    secrets = List.copyOf(secrets);
  }
}
