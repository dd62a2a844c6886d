package dev.treadle.approval;

import dev.treadle.engine.Decision;
import dev.treadle.engine.Decision.Choice;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What of all the answers to one question counts: the last word of each person. An approval may be
 * taken back, and the person may then answer again.
 */
final class LastWords {
  private LastWords() {}

  /** The answers that nobody took back, at most one of each person, in the order given. */
  static List<Decision> standing(List<Decision> decisions) {
    return byPerson(decisions).values().stream()
        .map(List::getLast)
        .filter(last -> last.choice() != Choice.WITHDRAW)
        .toList();
  }

  /**
   * What shows that an answer is missing or was put in twice. A last word that is gone leaves no
   * trace here: the journal tells of it.
   */
  static Optional<String> gap(List<Decision> decisions) {
    for (Map.Entry<String, List<Decision>> words : byPerson(decisions).entrySet()) {
      Optional<Choice> before = Optional.empty();
      for (int i = 0; i < words.getValue().size(); i++) {
        Decision next = words.getValue().get(i);
        if (next.ordinal() != i || !mayFollow(before, next.choice())) {
          return Optional.of("the answers of " + words.getKey() + " do not follow each other");
        }
        before = Optional.of(next.choice());
      }
    }
    return Optional.empty();
  }

  /** Only a yes is taken back, and only after that there is another answer. */
  private static boolean mayFollow(Optional<Choice> before, Choice next) {
    Choice wanted = next == Choice.WITHDRAW ? Choice.APPROVE : Choice.WITHDRAW;
    boolean isFirst = before.isEmpty() && next != Choice.WITHDRAW;
    return isFirst || before.filter(wanted::equals).isPresent();
  }

  private static Map<String, List<Decision>> byPerson(List<Decision> decisions) {
    Map<String, List<Decision>> words = new LinkedHashMap<>();
    for (Decision each : decisions) {
      words.computeIfAbsent(each.approver(), _ -> new ArrayList<>()).add(each);
    }
    // Clocks of two machines differ: the order is what was signed.
    words.values().forEach(all -> all.sort(Comparator.comparingInt(Decision::ordinal)));
    return words;
  }
}
