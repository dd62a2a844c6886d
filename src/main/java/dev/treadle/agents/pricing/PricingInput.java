package dev.treadle.agents.pricing;

import dev.treadle.Description;
import java.util.List;

/** What starts the agent: whose prices, and who reads the report. */
public record PricingInput(
    List<ShopPage> shops, @Description("One mailbox, such as sales@example.com") String recipient) {
  public PricingInput {
    shops = List.copyOf(shops);
  }
}
