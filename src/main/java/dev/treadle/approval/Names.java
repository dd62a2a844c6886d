package dev.treadle.approval;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * What people are called, by the ids that decisions and the journal have.
 *
 * @param byId of two who are called the same each has the id beside the name
 */
public record Names(Map<String, String> byId) {
  /** For a place that knows no people. */
  public static final Names NONE = new Names(Map.of());

  public Names {
    Set<String> once = new HashSet<>();
    Set<String> often = new HashSet<>();
    byId.values().stream().filter(name -> !once.add(name)).forEach(often::add);
    Map<String, String> distinct = new LinkedHashMap<>();
    byId.forEach((id, name) ->
        distinct.put(id, often.contains(name) ? "%s (%s)".formatted(name, id) : name));
    byId = Map.copyOf(distinct);
  }

  /** The name of a person; of the clock and of whoever is no approver any more, the id. */
  public String of(String id) {
    return byId.getOrDefault(id, id);
  }
}
