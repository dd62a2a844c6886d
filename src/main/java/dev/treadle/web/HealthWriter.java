package dev.treadle.web;

import dev.treadle.DriftPolicy;
import dev.treadle.Finding;
import dev.treadle.Reason;
import dev.treadle.drift.RunJudge;
import dev.treadle.drift.ScheduleHealth;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** Puts the health of a series into words. */
final class HealthWriter {
  private final SeriesDesk.View view;
  private final ScheduleHealth health;

  HealthWriter(SeriesDesk.View view) {
    this.view = view;
    this.health = view.health();
  }

  HealthPage page(HealthPage.Expecting form) {
    return new HealthPage(
        health.series().value(),
        HealthPage.href(health.series()),
        HealthPage.verdict(health),
        health.streak(),
        alarms(),
        health.expected().map(word -> sentence(word.words())),
        facts(),
        health.missed().stream().map(Sheet.Moment::of).toList(),
        charts(),
        runs(),
        sources(),
        limits(),
        form);
  }

  private List<String> alarms() {
    List<String> alarms = new ArrayList<>();
    if (!health.missed().isEmpty()) {
      alarms.add(
          "%d of %d expected fires were missed: no task started."
              .formatted(health.missed().size(), health.expectedFires()));
    }
    health.overdue().ifPresent(words -> alarms.add(Legible.plain(words) + "."));
    health.runs().stream()
        .limit(1)
        .filter(ScheduleHealth.Run::isUnwell)
        .forEach(run -> {
          if (run.reason() != Reason.TASK_COMPLETE) {
            alarms.add("The last run ended with " + words(run.reason().wireName()) + ".");
          }
          if (run.expected().isEmpty()) {
            for (Finding each : run.findings()) alarms.add(sentence(each.words()) + ".");
          }
        });
    return alarms;
  }

  private List<Sheet.Fact> facts() {
    List<Sheet.Fact> facts = new ArrayList<>();
    view.agent().ifPresent(agent -> facts.add(fact("Agent", agent)));
    if (health.expectedFires() > 0) {
      int ran = health.expectedFires() - health.missed().size();
      facts.add(
          new Sheet.Fact(
              "Expected fires",
              Legible.brief("%d of %d started a task".formatted(ran, health.expectedFires())),
              !health.missed().isEmpty()));
    } else {
      boolean isScheduled = view.next().isPresent();
      facts.add(
          fact("Expected fires", isScheduled ? "None has been due yet" : "No schedule is known"));
    }
    view.next().ifPresent(next -> facts.add(fact("Next fire", Times.of(next))));
    Optional<ScheduleHealth.Run> last = health.runs().stream().findFirst();
    facts.add(
        fact(
            "Last run",
            last.map(run -> "%s, %s".formatted(Times.of(run.startedAt()), end(run)))
                .orElse("None has ended")));
    freshness().ifPresent(words -> facts.add(fact("Evidence", words)));
    facts.add(
        fact(
            "Cost of a run",
            "%s last, %s median"
                .formatted(
                    dollars(health.cost().latestMicros()), dollars(health.cost().medianMicros()))));
    return facts;
  }

  private Optional<String> freshness() {
    return health.freshness().stream()
        .map(ScheduleHealth.Freshness::sameSince)
        .max(Instant::compareTo)
        .map(newest -> "the newest content is of " + Times.of(newest));
  }

  private static Sheet.Fact fact(String name, String value) {
    return new Sheet.Fact(name, Legible.brief(value), false);
  }

  private List<HealthPage.Chart> charts() {
    int runs = health.runs().size();
    if (runs < 2) return List.of();
    long most = health.runs().stream().mapToLong(ScheduleHealth.Run::costMicros).max().orElse(0);
    return List.of(
        chart(
            "Similarity to the run before",
            "From 0 to 100 %%, the oldest of %d runs first. A high column says the same again."
                .formatted(runs),
            run -> run.similarity().orElse(0.0)),
        chart(
            "Cost of each run",
            "The oldest first; the highest column is %s.".formatted(dollars(most)),
            run -> most == 0 ? 0 : (double) run.costMicros() / most));
  }

  private HealthPage.Chart chart(
      String title, String words, ToDoubleFunction<ScheduleHealth.Run> share) {
    List<HealthPage.Column> columns = new ArrayList<>();
    List<ScheduleHealth.Run> oldestFirst = health.runs().reversed();
    for (int i = 0; i < oldestFirst.size(); i++) {
      ScheduleHealth.Run run = oldestFirst.get(i);
      // A column of nothing would look as if there were no run.
      int height =
          Math.max(2, (int) Math.round(share.applyAsDouble(run) * HealthPage.Chart.HEIGHT));
      columns.add(
          new HealthPage.Column(
              i * HealthPage.Chart.STEP, HealthPage.Chart.HEIGHT - height, height, run.isUnwell()));
    }
    return new HealthPage.Chart(title, words, columns.size() * HealthPage.Chart.STEP, columns);
  }

  private List<HealthPage.Run> runs() {
    List<HealthPage.Run> runs = new ArrayList<>();
    for (int i = 0; i < health.runs().size(); i++) {
      ScheduleHealth.Run run = health.runs().get(i);
      Optional<ScheduleHealth.Run> before =
          health.runs().stream().skip(i + 1L).filter(each -> each.chars() > 0).findFirst();
      runs.add(
          new HealthPage.Run(
              Sheet.Moment.of(run.startedAt()),
              run.task().value(),
              end(run),
              run.similarity().map(HealthWriter::percent).orElse("first"),
              "%,d characters, %d items".formatted(run.chars(), run.items()),
              dollars(run.costMicros()),
              found(run),
              run.isUnwell(),
              run.chars() == 0 ? Optional.empty() : before.map(earlier -> compare(earlier, run))));
    }
    return runs;
  }

  private String compare(ScheduleHealth.Run before, ScheduleHealth.Run now) {
    return "%s/compare?before=%s&now=%s"
        .formatted(
            HealthPage.href(health.series()),
            encoded(before.task().value()),
            encoded(now.task().value()));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static String end(ScheduleHealth.Run run) {
    if (run.reason() == Reason.TASK_COMPLETE) return run.delivered() ? "delivered" : "held back";
    return words(run.reason().wireName()) + (run.delivered() ? ", delivered" : "");
  }

  private static String found(ScheduleHealth.Run run) {
    if (run.findings().isEmpty()) return "nothing";
    String kinds =
        String.join(
            ", ",
            run.findings().stream().map(each -> words(each.kind().name())).distinct().toList());
    return run.expected().isPresent() ? kinds + " (expected)" : kinds;
  }

  private List<HealthPage.Source> sources() {
    return health.freshness().stream()
        .map(source ->
            new HealthPage.Source(
                Legible.brief(source.source()),
                source.says().map(Legible::plain).orElse("does not say"),
                Sheet.Moment.of(source.fetchedAt()),
                Sheet.Moment.of(source.sameSince())))
        .toList();
  }

  private List<String> limits() {
    List<String> limits = new ArrayList<>();
    view.policy()
        .ifPresent(policy -> {
          limits.add("What follows a finding: " + follows(policy) + ".");
          limits.add(
              "Stale: the result, or all that was read, is that of the last %d runs."
                  .formatted(policy.sameRuns()));
          limits.add(
              "Not compared: %d patterns of noise, and %d fields by name."
                  .formatted(policy.noise().patterns().size(), policy.noise().fields().size()));
        });
    limits.add(RunJudge.RULES);
    return limits;
  }

  private static String follows(DriftPolicy policy) {
    String tools = String.join(", ", policy.deliveredBy().stream().sorted().toList());
    return switch (policy.onDrift()) {
      case WARN -> "it is delivered, and the journal and the metrics say so";
      case GATE -> "a person decides before " + tools + " runs";
      case FAIL -> "nothing is delivered, and the task ends with stale output";
    };
  }

  static String percent(double share) {
    return Math.round(share * 100) + " %";
  }

  private static String dollars(long micros) {
    return String.format(Locale.ROOT, "$%.4f", micros / 1e6);
  }

  private static String words(String name) {
    return name.toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private static String sentence(String words) {
    return Times.readable(Legible.plain(words));
  }
}
