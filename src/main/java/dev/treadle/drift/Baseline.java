package dev.treadle.drift;

import dev.treadle.Finding;
import dev.treadle.Fingerprint;
import dev.treadle.Fingerprint.Field;
import dev.treadle.Fingerprint.Source;
import dev.treadle.engine.SeriesRun;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The earlier runs of a series that have a result, and the rules that a new one is held against.
 * Pure.
 *
 * <p>A run in which something was found is no measure for the same thing: a field that went empty
 * stays a finding until it is filled, expected, or forgotten by all the runs that are looked at.
 *
 * @param runs the newest first
 */
record Baseline(List<SeriesRun> runs) {
  /** So many runs are looked at. */
  static final int RUNS = 10;

  /** "Always filled" and "never so long" need more than one witness. */
  private static final int WITNESSES = 2;

  /** Below this a size says nothing: one line more is half of it. */
  private static final int ODD_CHARS_MIN = 200;

  /** One finding for each field would hide the others. */
  private static final int EMPTIED_MAX = 12;

  Baseline {
    runs = runs.stream().filter(run -> run.fingerprint() != null).limit(RUNS).toList();
  }

  Optional<SeriesRun> last() {
    return runs.stream().findFirst();
  }

  List<Finding> findings(Fingerprint now, int sameRuns) {
    List<Finding> findings = new ArrayList<>();
    sameOutput(now, sameRuns).ifPresent(findings::add);
    evidence(now, sameRuns).ifPresent(findings::add);
    findings.addAll(emptied(now));
    oddSize(now).ifPresent(findings::add);
    return findings;
  }

  private Optional<Finding> sameOutput(Fingerprint now, int sameRuns) {
    long same = runs.stream().takeWhile(run -> of(run).digest().equals(now.digest())).count();
    if (same < sameRuns) return Optional.empty();
    return Optional.of(
        new Finding(
            Finding.Kind.SAME_OUTPUT,
            "",
            "the result says the same as in %s, since %s"
                .formatted(lastRuns(same), runs.get((int) same - 1).startedAt())));
  }

  private Optional<Finding> evidence(Fingerprint now, int sameRuns) {
    if (isNothing(now)) {
      return runs.stream().anyMatch(run -> !isNothing(of(run)))
          ? Optional.of(
              new Finding(Finding.Kind.NO_EVIDENCE, "", "nothing that was read holds anything"))
          : Optional.empty();
    }
    Map<String, String> digests = digests(now);
    long same = runs.stream().takeWhile(run -> digests(of(run)).equals(digests)).count();
    if (same < sameRuns) return Optional.empty();
    return Optional.of(
        new Finding(
            Finding.Kind.SAME_EVIDENCE,
            "",
            "all that was read is as it was in %s, since %s"
                .formatted(lastRuns(same), runs.get((int) same - 1).startedAt())));
  }

  private static boolean isNothing(Fingerprint fingerprint) {
    return fingerprint.sources().stream().allMatch(Source::empty);
  }

  /** The content of each source, by its name. */
  static Map<String, String> digests(Fingerprint fingerprint) {
    Map<String, String> digests = new HashMap<>();
    fingerprint
        .sources()
        .forEach(
            source -> digests.merge(source.name(), source.digest(), (one, other) -> one + other));
    return digests;
  }

  private List<Finding> emptied(Fingerprint now) {
    Map<String, Boolean> filledNow = filled(now);
    List<Map<String, Boolean>> before = runs.stream().map(run -> filled(of(run))).toList();
    List<Finding> findings = new ArrayList<>();
    Set<String> emptied = new HashSet<>();
    for (String field : candidates(before)) {
      if (filledNow.getOrDefault(field, false) || isInside(field, emptied)) continue;
      int witnesses = 0;
      boolean wasEverEmpty = false;
      for (int i = 0; i < runs.size(); i++) {
        if (wasFound(runs.get(i), field)) continue;
        if (before.get(i).getOrDefault(field, false)) witnesses++;
        else wasEverEmpty = true;
      }
      if (wasEverEmpty || witnesses < WITNESSES) continue;
      emptied.add(field);
      if (findings.size() < EMPTIED_MAX) findings.add(emptied(field, witnesses));
    }
    return findings;
  }

  private static Finding emptied(String field, int witnesses) {
    return new Finding(
        Finding.Kind.EMPTIED_FIELD,
        field,
        "%s is empty, and was filled in %d earlier runs".formatted(field, witnesses));
  }

  /** Fields of earlier runs, the outer ones before those inside them. */
  private static List<String> candidates(List<Map<String, Boolean>> before) {
    return before.stream().flatMap(each -> each.keySet().stream()).distinct().sorted().toList();
  }

  private static boolean wasFound(SeriesRun run, String field) {
    return run.findings().stream()
        .anyMatch(finding ->
            finding.kind() == Finding.Kind.EMPTIED_FIELD
                && (finding.field().equals(field) || isInside(field, Set.of(finding.field()))));
  }

  private static boolean isInside(String field, Set<String> outer) {
    return outer.stream()
        .anyMatch(each -> field.startsWith(each + "[]") || field.startsWith(each + "."));
  }

  /** Whether each field holds something, by a name that tells sources apart. */
  private static Map<String, Boolean> filled(Fingerprint fingerprint) {
    Map<String, Boolean> filled = new LinkedHashMap<>();
    add(filled, "", fingerprint.fields());
    for (Source source : fingerprint.sources()) {
      if (source.fields().isEmpty()) filled.put(source.name(), !source.empty());
      else add(filled, source.name() + ": ", source.fields());
    }
    return filled;
  }

  private static void add(Map<String, Boolean> filled, String before, List<Field> fields) {
    fields.forEach(field -> filled.put(before + field.path(), !field.isEmpty()));
  }

  private Optional<Finding> oddSize(Fingerprint now) {
    List<Integer> before =
        runs.stream()
            .filter(run ->
                run.findings().stream()
                    .noneMatch(finding -> finding.kind() == Finding.Kind.ODD_SIZE))
            .map(run -> of(run).chars())
            .toList();
    if (before.size() < WITNESSES) return Optional.empty();
    int least = before.stream().min(Integer::compareTo).orElseThrow();
    int most = before.stream().max(Integer::compareTo).orElseThrow();
    boolean isOdd = now.chars() * 2 < least || now.chars() * 2 > most * 3;
    if (!isOdd || Math.max(now.chars(), most) < ODD_CHARS_MIN) return Optional.empty();
    return Optional.of(
        new Finding(
            Finding.Kind.ODD_SIZE,
            "",
            "the result has %,d characters, and %d earlier ones had %,d to %,d"
                .formatted(now.chars(), before.size(), least, most)));
  }

  private static String lastRuns(long count) {
    return count == 1 ? "the last run" : "the last " + count + " runs";
  }

  private static Fingerprint of(SeriesRun run) {
    Fingerprint fingerprint = run.fingerprint();
    if (fingerprint == null) {
      throw new IllegalStateException("run of " + run.taskId() + " has no result to compare with");
    }
    return fingerprint;
  }
}
