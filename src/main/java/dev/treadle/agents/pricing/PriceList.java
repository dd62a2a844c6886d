package dev.treadle.agents.pricing;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.Description;
import dev.treadle.Json;
import dev.treadle.Schema;
import dev.treadle.Violation;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The prices that one page held at one time.
 *
 * @param pageSha256 of the page's bytes
 * @param offers what was found; every field of every offer fits {@link #SCHEMA}
 * @param problems what was not found, in words
 */
public record PriceList(
    String shop,
    String url,
    Instant fetchedAt,
    String pageSha256,
    List<Offer> offers,
    @Description("What could not be found on the page") List<String> problems) {
  /** More offers on one page than this are left out, with a problem that says so. */
  public static final int OFFERS_MAX = 300;

  /** More problems on one page than this are counted only. */
  public static final int PROBLEMS_MAX = 20;

  static final Schema OFFER_SCHEMA =
      schema(
          """
          {
            "type": "object",
            "properties": {
              "product": {"type": "string", "minLength": 1, "maxLength": 200,
                "pattern": "^[^\\\\p{Cc}\\\\p{Cs}\\\\uFFFD]+$"},
              "price": {"type": "string", "pattern": %s},
              "currency": {"type": "string", "pattern": "^[A-Z]{3}$"}
            },
            "required": ["product", "price", "currency"],
            "additionalProperties": false
          }
          """
              .formatted(Json.write(Offer.PRICE)));

  /** What a list must fit before anything is compared with it. */
  public static final Schema SCHEMA = listSchema();

  public PriceList {
    offers = List.copyOf(offers);
    problems = List.copyOf(problems);
  }

  /**
   * Refuses lists that no page can have given.
   *
   * @param field where they stand, for the refusal
   * @throws IllegalArgumentException one does not fit; the message names the place and the rule
   */
  static void demandFit(String field, List<PriceList> lists) {
    for (int i = 0; i < lists.size(); i++) {
      List<Violation> misfits = SCHEMA.violations(Json.tree(lists.get(i)));
      if (!misfits.isEmpty()) {
        throw new IllegalArgumentException("%s/%d%s".formatted(field, i, misfits.getFirst()));
      }
    }
  }

  Optional<Offer> offer(String product) {
    return offers.stream().filter(offer -> offer.product().equals(product)).findFirst();
  }

  private static Schema listSchema() {
    ObjectNode list =
        Json.read(
            """
            {
              "type": "object",
              "properties": {
                "shop": {"type": "string", "minLength": 1},
                "url": {"type": "string", "minLength": 1},
                "fetched_at": {"type": "string", "minLength": 1},
                "page_sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
                "offers": {"type": "array", "uniqueItems": true},
                "problems": {"type": "array", "items": {"type": "string", "minLength": 1}}
              },
              "required": ["shop", "url", "fetched_at", "page_sha256", "offers", "problems"],
              "additionalProperties": false
            }
            """,
            ObjectNode.class);
    list.withObject("/properties/offers").set("items", OFFER_SCHEMA.json());
    return Schema.of(list);
  }

  private static Schema schema(String text) {
    return Schema.of(Json.read(text, ObjectNode.class));
  }
}
