package dev.treadle.approval;

import com.fasterxml.jackson.databind.JsonNode;
import dev.treadle.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The groups that may be asked, from the deployment's configuration: a question names a group and
 * nothing else, so that no step can choose its judge.
 */
public final class Approvers {
  private final Map<String, List<Approver>> groups;

  /**
   * Groups by name.
   *
   * @throws IllegalArgumentException a group names a person twice, by id or by address
   */
  public Approvers(Map<String, List<Approver>> groups) {
    Map<String, List<Approver>> copy = new LinkedHashMap<>();
    groups.forEach((name, members) -> {
      demandDistinct(name, "id", members.stream().map(Approver::id).toList());
      demandDistinct(name, "address", members.stream().map(Approvers::destination).toList());
      copy.put(name, List.copyOf(members));
    });
    this.groups = copy;
  }

  /** Nobody keeps two mailboxes whose names differ in capitals; an address of the web may. */
  private static String destination(Approver member) {
    String address = member.address();
    return address.contains("://") ? address : address.toLowerCase(Locale.ROOT);
  }

  private static void demandDistinct(String group, String what, List<String> values) {
    if (new TreeSet<>(values).size() != values.size()) {
      // One person who counts as two would be a quorum alone.
      throw new IllegalArgumentException(
          "approvers: group %s has two members with one %s".formatted(group, what));
    }
  }

  /**
   * Reads {@code {"approvers": [{"id": …, "name": …, "address": …}]}}, one list for each group.
   *
   * @throws IllegalArgumentException names the field and the rule
   */
  public static Approvers parse(String json) {
    JsonNode tree;
    try {
      tree = Json.parse(json);
    } catch (Json.MalformedJson malformed) {
      throw new IllegalArgumentException("approvers: must be JSON: " + malformed.getMessage());
    }
    if (!tree.isObject()) throw new IllegalArgumentException("approvers: must be an object");
    Map<String, List<Approver>> groups = new LinkedHashMap<>();
    tree.forEachEntry((name, members) -> {
      List<Approver> people = new ArrayList<>();
      members.forEach(member ->
          people.add(
              new Approver(
                  member.path("id").asText(),
                  member.path("name").asText(member.path("id").asText()),
                  member.path("address").asText())));
      groups.put(name, people);
    });
    return new Approvers(groups);
  }

  /** The members of a group; nobody when there is no such group. */
  public List<Approver> group(String name) {
    return groups.getOrDefault(name, List.of());
  }

  /** A member of a group, as it is now: who was taken out may not decide any more. */
  public Optional<Approver> member(String group, String id) {
    return group(group).stream().filter(approver -> approver.id().equals(id)).findFirst();
  }

  /** What all people are called. */
  public Names names() {
    Map<String, String> names = new LinkedHashMap<>();
    groups.values().forEach(group -> group.forEach(one -> names.putIfAbsent(one.id(), one.name())));
    return new Names(names);
  }

  /** Somebody in any group. */
  public Optional<Approver> find(String id) {
    return groups.values().stream()
        .flatMap(List::stream)
        .filter(approver -> approver.id().equals(id))
        .findFirst();
  }
}
