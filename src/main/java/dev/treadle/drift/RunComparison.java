package dev.treadle.drift;

import dev.treadle.DeliveryCheck.Difference;
import dev.treadle.Fingerprint;
import dev.treadle.Fingerprint.Field;
import dev.treadle.Fingerprint.Source;
import dev.treadle.engine.SeriesRun;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Two runs of a series side by side.
 *
 * @param before when the earlier one started
 * @param now when the later one started
 * @param similarity from 0 to 1
 * @param charsBefore length of the earlier result
 */
public record RunComparison(
    Instant before,
    Instant now,
    double similarity,
    int charsBefore,
    int charsNow,
    int itemsBefore,
    int itemsNow,
    List<FieldPair> fields,
    List<SourcePair> sources) {
  private static final int LINES_MAX = 40;

  /** What became of a field or of a source. */
  public enum Change {
    SAME,
    CHANGED,
    EMPTIED,
    FILLED,
    GONE,
    NEW
  }

  /**
   * A field in both runs.
   *
   * @param before the beginning of its first value; empty when it had none
   */
  public record FieldPair(String path, Change change, String before, String now) {}

  /**
   * A source in both runs.
   *
   * @param freshBefore how new it was, as it said itself; empty when it did not
   */
  public record SourcePair(String name, Change change, String freshBefore, String freshNow) {}

  public RunComparison {
    fields = List.copyOf(fields);
    sources = List.copyOf(sources);
  }

  /**
   * Compares two runs.
   *
   * @return empty when one of them has no result
   */
  public static Optional<RunComparison> of(SeriesRun before, SeriesRun now) {
    Fingerprint fingerprint = now.fingerprint();
    return before.fingerprint() == null || fingerprint == null
        ? Optional.empty()
        : Optional.of(of(before, fingerprint, now.startedAt()));
  }

  static RunComparison of(SeriesRun earlier, Fingerprint now, Instant startedAt) {
    Fingerprint before = earlier.fingerprint();
    if (before == null) throw new IllegalStateException("no result: " + earlier.taskId());
    return new RunComparison(
        earlier.startedAt(),
        startedAt,
        RunJudge.similarity(before, now),
        before.chars(),
        now.chars(),
        before.items(),
        now.items(),
        fields(before, now),
        sources(before, now));
  }

  private static List<FieldPair> fields(Fingerprint before, Fingerprint now) {
    Map<String, Field> was = new LinkedHashMap<>();
    Map<String, Field> is = new LinkedHashMap<>();
    before.fields().forEach(field -> was.put(field.path(), field));
    now.fields().forEach(field -> is.put(field.path(), field));
    List<FieldPair> pairs = new ArrayList<>();
    for (String path : both(was, is)) {
      Optional<Field> old = Optional.ofNullable(was.get(path));
      Optional<Field> young = Optional.ofNullable(is.get(path));
      pairs.add(
          new FieldPair(
              path,
              change(old.map(RunComparison::state), young.map(RunComparison::state)),
              old.map(Field::sample).orElse(""),
              young.map(Field::sample).orElse("")));
    }
    return pairs;
  }

  private static List<SourcePair> sources(Fingerprint before, Fingerprint now) {
    Map<String, Source> was = new LinkedHashMap<>();
    Map<String, Source> is = new LinkedHashMap<>();
    before.sources().forEach(source -> was.putIfAbsent(source.name(), source));
    now.sources().forEach(source -> is.putIfAbsent(source.name(), source));
    List<SourcePair> pairs = new ArrayList<>();
    for (String name : both(was, is)) {
      Optional<Source> old = Optional.ofNullable(was.get(name));
      Optional<Source> young = Optional.ofNullable(is.get(name));
      pairs.add(
          new SourcePair(
              name,
              change(old.map(RunComparison::state), young.map(RunComparison::state)),
              old.map(Source::freshness).orElse(""),
              young.map(Source::freshness).orElse("")));
    }
    return pairs;
  }

  private static TreeSet<String> both(Map<String, ?> was, Map<String, ?> is) {
    TreeSet<String> names = new TreeSet<>(was.keySet());
    names.addAll(is.keySet());
    return names;
  }

  private record State(String digest, boolean empty) {}

  private static State state(Field field) {
    return new State(field.digest(), field.isEmpty());
  }

  private static State state(Source source) {
    return new State(source.digest(), source.empty());
  }

  private static Change change(Optional<State> before, Optional<State> now) {
    if (before.isEmpty()) return Change.NEW;
    if (now.isEmpty()) return Change.GONE;
    if (before.get().empty() && now.get().empty()) return Change.SAME;
    if (now.get().empty()) return Change.EMPTIED;
    if (before.get().empty()) return Change.FILLED;
    return before.get().digest().equals(now.get().digest()) ? Change.SAME : Change.CHANGED;
  }

  /** The comparison as a table for a person, what differs before what is the same. */
  public List<Difference> lines() {
    List<Difference> lines = new ArrayList<>();
    lines.add(new Difference("run", before.toString(), now.toString()));
    lines.add(new Difference("similarity", "", Math.round(similarity * 100) + " %"));
    lines.add(new Difference("characters", charsBefore + "", charsNow + ""));
    lines.add(new Difference("items", itemsBefore + "", itemsNow + ""));
    for (boolean same : new boolean[] {false, true}) {
      for (FieldPair field : fields) {
        if ((field.change() == Change.SAME) == same) {
          lines.add(
              new Difference(what(field.path(), field.change()), field.before(), field.now()));
        }
      }
      for (SourcePair source : sources) {
        if ((source.change() == Change.SAME) == same) {
          lines.add(
              new Difference(
                  what("read: " + source.name(), source.change()),
                  source.freshBefore(),
                  source.freshNow()));
        }
      }
    }
    return lines.size() <= LINES_MAX ? lines : lines.subList(0, LINES_MAX);
  }

  private static String what(String name, Change change) {
    return name + " (" + change.name().toLowerCase(java.util.Locale.ROOT) + ")";
  }
}
