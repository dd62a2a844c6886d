package dev.treadle.agents.pricing;

import dev.treadle.agents.pricing.Change.Kind;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A comparison in words: what is not known first, then what changed, then what did not. */
public record Report(String subject, String body) {
  public static Report of(Comparison comparison) {
    List<String> parts = new ArrayList<>();
    parts.add("Competitor prices, " + comparison.date());
    if (comparison.problemCount() > 0) parts.add(problems(comparison));
    if (comparison.stale()) parts.add(stale(comparison));
    parts.add(changes(comparison));
    parts.add(counts(comparison));
    return new Report(subject(comparison), String.join("\n\n", parts) + "\n");
  }

  private static String subject(Comparison comparison) {
    List<String> said = new ArrayList<>();
    if (comparison.problemCount() > 0) said.add(counted(comparison.problemCount(), "problem"));
    if (comparison.stale()) said.add("pages may be stale");
    if (comparison.previousDate().isEmpty()) {
      said.add("first list, " + counted(comparison.changedCount(), "product"));
    } else if (comparison.isMoved()) {
      said.add(counted(comparison.changedCount(), "change"));
    } else {
      said.add(
          comparison
              .unchangedSince()
              .map(since -> "unchanged since " + since)
              .orElse("nothing to compare"));
    }
    return "Competitor prices " + comparison.date() + ": " + String.join(", ", said);
  }

  private static String problems(Comparison comparison) {
    return "PROBLEMS: the prices concerned are not known today, and old ones are not repeated.\n- "
        + String.join("\n- ", comparison.problems());
  }

  private static String stale(Comparison comparison) {
    return "STALE? Every page is byte for byte what it was on %s. Check that the shops still keep them up."
        .formatted(comparison.previousDate().map(Object::toString).orElse("the day before"));
  }

  private static String changes(Comparison comparison) {
    if (comparison.previousDate().isEmpty()) {
      return table("FIRST LIST: there is nothing yet to compare with.", comparison);
    }
    if (comparison.isMoved()) {
      return table(
          "CHANGES since the prices last known ("
              + comparison.previousDate().get()
              + " or before):",
          comparison);
    }
    return comparison
        .unchangedSince()
        .map(since -> "UNCHANGED: no price has changed since " + since + ".")
        .orElse("NOTHING TO COMPARE: no product has a price both today and before.");
  }

  private static String table(String title, Comparison comparison) {
    List<Change> moves =
        comparison.changes().stream().filter(change -> change.kind().isMove()).toList();
    int shopWidth = moves.stream().mapToInt(change -> change.shop().length()).max().orElse(0);
    int nameWidth = moves.stream().mapToInt(change -> change.product().length()).max().orElse(0);
    StringBuilder text = new StringBuilder(title);
    for (Change move : moves) {
      text.append('\n').append(padded(move.shop(), shopWidth));
      text.append("  ").append(padded(move.product(), Math.min(nameWidth, 40)));
      text.append("  ").append(words(move));
    }
    return text.toString();
  }

  private static String words(Change move) {
    String before = move.before().orElse("?");
    String now = move.now().orElse("?");
    return switch (move.kind()) {
      case UP, DOWN -> "%s -> %s %s (%s)".formatted(before, now, move.currency(), percent(move));
      case NEW -> "new at %s %s".formatted(now, move.currency());
      case GONE -> "no longer listed, was %s %s".formatted(before, move.currency());
      case UNCHANGED -> "unchanged at %s %s".formatted(now, move.currency());
      case UNKNOWN -> "not known today";
    };
  }

  private static String percent(Change move) {
    BigDecimal before = new BigDecimal(move.before().orElseThrow());
    BigDecimal now = new BigDecimal(move.now().orElseThrow());
    BigDecimal hundredfold = now.subtract(before).movePointRight(2);
    return String.format(
        Locale.ROOT, "%+.1f %%", hundredfold.divide(before, 1, RoundingMode.HALF_UP));
  }

  private static String counts(Comparison comparison) {
    return "%s compared: %d changed, %d unchanged. Not known today: %d."
        .formatted(
            counted(comparison.productsCompared(), "product"),
            count(comparison, Kind.UP) + count(comparison, Kind.DOWN),
            count(comparison, Kind.UNCHANGED),
            count(comparison, Kind.UNKNOWN));
  }

  private static long count(Comparison comparison, Kind kind) {
    return comparison.changes().stream().filter(change -> change.kind() == kind).count();
  }

  private static String counted(int count, String noun) {
    return count + " " + noun + (count == 1 ? "" : "s");
  }

  private static String padded(String text, int width) {
    return text + " ".repeat(Math.max(0, width - text.length()));
  }
}
