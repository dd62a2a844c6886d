package dev.treadle.llm;

import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The models of a deployment.
 *
 * @param byName by the name that agents use
 */
public record Models(Map<String, Model> byName) {
  public Models {
    byName = Map.copyOf(byName);
  }

  public Optional<Model> named(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /** The error of an agent whose model is not configured. */
  String unknown(String name) {
    return "no model named \"%s\" is configured; known are %s"
        .formatted(name, new TreeSet<>(byName.keySet()));
  }
}
