package dev.treadle.drift;

import com.fasterxml.jackson.databind.JsonNode;
import dev.treadle.CanonicalJson;
import dev.treadle.DeliveryCheck.Delivery;
import dev.treadle.Fingerprint;
import dev.treadle.Json;
import dev.treadle.Noise;
import dev.treadle.PastCall;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes the fingerprint of a delivery. Pure. */
final class Fingerprints {
  private static final int SOURCES_MAX = 40;
  private static final int URL_CHARS_MAX = 200;
  private static final int FRESHNESS_CHARS_MAX = 60;

  /** Where tools say how new something is, the surest first. */
  private static final List<String> FRESHNESS =
      List.of("last_modified", "updated_at", "published_at", "as_of", "date", "fetched_at");

  private Fingerprints() {}

  static Fingerprint of(Delivery delivery) {
    Noise.Filter noise = delivery.policy().noise().filter();
    Fields fields = Fields.of(delivery.payload(), noise);
    return new Fingerprint(
        CanonicalJson.sha256(fields.text()),
        Sketch.of(fields.text()).text(),
        delivery.payload().toString().length(),
        fields.items(),
        fields.list(),
        sources(delivery.reads(), noise));
  }

  private static List<Fingerprint.Source> sources(List<PastCall> reads, Noise.Filter noise) {
    List<Fingerprint.Source> sources = new ArrayList<>();
    Map<String, Integer> calls = new HashMap<>();
    for (PastCall read : reads) {
      if (sources.size() == SOURCES_MAX) break;
      int number = calls.merge(read.tool(), 1, Integer::sum);
      sources.add(source(read, number, noise));
    }
    return sources;
  }

  private static Fingerprint.Source source(PastCall read, int number, Noise.Filter noise) {
    JsonNode document = document(read.text());
    String url = text(document, "url", URL_CHARS_MAX);
    String name = read.tool() + (url != null ? " " + url : number > 1 ? " #" + number : "");
    if (read.failed()) {
      String digest = CanonicalJson.sha256("failed " + noise.quiet(read.text()));
      return new Fingerprint.Source(name, url, digest, read.at(), null, true, List.of());
    }
    Fields fields = Fields.of(document, noise);
    return new Fingerprint.Source(
        name,
        url,
        CanonicalJson.sha256(fields.text()),
        read.at(),
        freshness(document),
        fields.list().stream().allMatch(Fingerprint.Field::isEmpty),
        document.isContainerNode() ? fields.list() : List.of());
  }

  /** What a tool brought: a document if it is one, else a text. */
  private static JsonNode document(String text) {
    try {
      return Json.parse(text);
    } catch (Json.MalformedJson plain) {
      return Json.tree(text);
    }
  }

  private static @Nullable String freshness(JsonNode document) {
    return FRESHNESS.stream()
        .map(name -> text(document, name, FRESHNESS_CHARS_MAX))
        .filter(java.util.Objects::nonNull)
        .findFirst()
        .orElse(null);
  }

  private static @Nullable String text(JsonNode document, String name, int charsMax) {
    JsonNode value = document.path(name);
    boolean isShort = value.isTextual() && value.textValue().length() <= charsMax;
    return isShort && !value.textValue().isBlank() ? value.textValue() : null;
  }
}
