package dev.treadle.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.treadle.DeliveryCheck.Delivery;
import dev.treadle.DeliveryCheck.Judged;
import dev.treadle.DeliveryCheck.Ruling;
import dev.treadle.DriftPolicy;
import dev.treadle.Finding;
import dev.treadle.Finding.Kind;
import dev.treadle.Json;
import dev.treadle.PastCall;
import dev.treadle.Reason;
import dev.treadle.SeriesKey;
import dev.treadle.TaskId;
import dev.treadle.engine.SeriesRun;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RunJudgeTest {
  private static final SeriesKey SERIES = new SeriesKey("daily");
  private static final Instant START = Instant.parse("2026-03-01T07:00:00Z");

  /** A series in memory; the contract of a real table is tested with the stores. */
  private static final class Runs implements SeriesTable {
    final List<SeriesRun> newestFirst = new ArrayList<>();
    final List<Acknowledgement> words = new ArrayList<>();

    @Override
    public List<SeriesRun> runs(SeriesKey series, Instant before, int most) {
      return newestFirst.stream()
          .filter(run -> run.startedAt().isBefore(before))
          .limit(most)
          .toList();
    }

    @Override
    public void acknowledge(Acknowledgement acknowledgement) {
      words.addFirst(acknowledgement);
    }

    @Override
    public List<Acknowledgement> acknowledgements(SeriesKey series) {
      return words;
    }

    @Override
    public Optional<FireMark> fireMark(SeriesKey series) {
      throw new AssertionError("a judge looks at runs");
    }

    @Override
    public boolean move(Optional<FireMark> from, FireMark to) {
      throw new AssertionError("a judge looks at runs");
    }
  }

  private final Runs runs = new Runs();
  private DriftPolicy policy = DriftPolicy.deliveredBy("send");
  private int day;

  private static JsonNode json(String text) {
    return Json.read(text.replace('\'', '"'), JsonNode.class);
  }

  private Instant now() {
    return START.plus(Duration.ofDays(day));
  }

  /** Judges a run and keeps it, as the engine does. */
  private Judged run(String payload, String... texts) {
    day++;
    List<PastCall> reads = new ArrayList<>();
    for (String text : texts)
      reads.add(new PastCall("look", text.replace('\'', '"'), false, now()));
    return judge(payload, reads);
  }

  private Judged judge(String payload, List<PastCall> reads) {
    TaskId task = new TaskId("t-" + day);
    Judged judged =
        new RunJudge(runs)
            .judge(new Delivery(SERIES, task, now(), now(), policy, json(payload), reads));
    runs.newestFirst.addFirst(
        new SeriesRun(
            SeriesRun.SCHEMA,
            SERIES,
            task,
            "agent",
            now(),
            now(),
            Reason.TASK_COMPLETE,
            true,
            1_000,
            judged.fingerprint(),
            judged.similarity().orElse(null),
            judged.findings(),
            judged.expected().orElse(null)));
    return judged;
  }

  private static List<Kind> kinds(Judged judged) {
    return judged.findings().stream().map(Finding::kind).toList();
  }

  @Test
  void theFirstRunIsDeliveredAndComparedWithNothing() {
    Judged first = run("{'a': 1}", "x");
    assertThat(first.ruling()).isEqualTo(Ruling.DELIVER);
    assertThat(first.similarity()).isEmpty();
    assertThat(first.comparison()).isEmpty();
  }

  @Test
  void theSameResultIsFoundAfterAsManyRunsAsThePolicySays() {
    policy = policy.sameRuns(3);
    for (int i = 0; i < 3; i++) assertThat(run("{'a': 1}", "x" + i).findings()).isEmpty();
    Judged fourth = run("{'a': 1}", "y");
    assertThat(kinds(fourth)).containsExactly(Kind.SAME_OUTPUT);
    assertThat(fourth.ruling()).isEqualTo(Ruling.ASK);
    assertThat(fourth.findings().getFirst().words())
        .isEqualTo("the result says the same as in the last 3 runs, since 2026-03-02T07:00:00Z");
  }

  @Test
  void aDifferentRunInBetweenBreaksTheStreak() {
    run("{'a': 1}", "p");
    run("{'a': 2}", "q");
    assertThat(run("{'a': 1}", "r").findings()).isEmpty();
  }

  @Test
  void theOrderOfNamesAndTheDateDoNotMakeAResultNew() {
    run("{'a': 1, 'on': '2026-03-01'}", "p");
    run("{'on': '2026-03-02', 'a': 1}", "q");
    assertThat(kinds(run("{'on': '2026-03-03', 'a': 1}", "r"))).containsExactly(Kind.SAME_OUTPUT);
  }

  @Test
  void anotherResultFromTheSameEvidenceIsFound() {
    run("{'a': 1}", "{'price': 3}");
    run("{'a': 2}", "{'price': 3}");
    assertThat(kinds(run("{'a': 3}", "{'price': 3}"))).containsExactly(Kind.SAME_EVIDENCE);
  }

  @Test
  void nothingReadWhereSomethingUsedToBeReadIsFound() {
    run("{'a': 1}", "{'price': 3}");
    run("{'a': 2}", "{'price': 4}");
    assertThat(kinds(run("{'a': 3}"))).contains(Kind.NO_EVIDENCE);
    day++;
    Judged failed = judge("{'a': 4}", List.of(new PastCall("look", "503", true, now())));
    assertThat(kinds(failed)).contains(Kind.NO_EVIDENCE);
  }

  @Test
  void anAgentThatNeverReadsIsNotToldThatItReadNothing() {
    for (int i = 0; i < 4; i++) assertThat(run("{'a': " + i + "}").findings()).isEmpty();
  }

  @Test
  void aFieldThatWentEmptyIsNamedByItsOuterPath() {
    run("{'list': [{'price': 1}], 'note': ''}", "p");
    run("{'list': [{'price': 2}], 'note': ''}", "q");
    Judged third = run("{'list': [], 'note': ''}", "r");
    assertThat(third.findings())
        .containsExactly(
            new Finding(
                Kind.EMPTIED_FIELD, "list", "list is empty, and was filled in 2 earlier runs"));
  }

  @Test
  void aFieldOfTheListsElementsIsNamedWhenItIsEmptyInAllOfThem() {
    run("{'l': [{'n': 'a', 'p': '1'}, {'n': 'b', 'p': '2'}]}", "p");
    run("{'l': [{'n': 'a', 'p': '3'}, {'n': 'b', 'p': ''}]}", "q");
    Judged third = run("{'l': [{'n': 'a', 'p': ''}, {'n': 'b'}]}", "r");
    assertThat(third.findings()).extracting(Finding::field).containsExactly("l[].p");
  }

  @Test
  void aLineOfATextThatLostItsValueIsNamed() {
    run("{'body': 'Total: 5\\nNote: none\\nEnd'}", "p");
    run("{'body': 'Total: 6\\nNote: none\\nEnd'}", "q");
    assertThat(run("{'body': 'Total:\\nNote: none\\nEnd'}", "r").findings())
        .extracting(Finding::field)
        .containsExactly("body/Total");
  }

  @Test
  void aFieldThatIsOftenEmptyIsNoFinding() {
    run("{'a': 'x', 'b': 1}", "p");
    run("{'a': '', 'b': 2}", "q");
    run("{'a': 'y', 'b': 3}", "r");
    assertThat(run("{'a': '', 'b': 4}", "s").findings()).isEmpty();
  }

  @Test
  void anEmptyFieldDoesNotBecomeNormalByStayingEmpty() {
    run("{'a': 'x', 'b': 1}", "p");
    run("{'a': 'y', 'b': 2}", "q");
    for (int i = 3; i < 9; i++) {
      assertThat(kinds(run("{'a': '', 'b': " + i + "}", "r" + i)))
          .as("run %d", i)
          .containsExactly(Kind.EMPTIED_FIELD);
    }
    assertThat(run("{'a': 'z', 'b': 9}", "s").findings()).isEmpty();
  }

  @Test
  void aSizeOutOfRangeIsFoundInBothDirections() {
    run("{'t': '" + words(100, 1) + "'}", "p");
    run("{'t': '" + words(110, 2) + "'}", "q");
    assertThat(kinds(run("{'t': '" + words(40, 3) + "'}", "r"))).containsExactly(Kind.ODD_SIZE);
    assertThat(kinds(run("{'t': '" + words(180, 4) + "'}", "s"))).containsExactly(Kind.ODD_SIZE);
    assertThat(run("{'t': '" + words(150, 5) + "'}", "t").findings()).isEmpty();
  }

  private static String words(int count, int seed) {
    return IntStream.range(0, count)
        .mapToObj(i -> "w" + seed + "x" + i)
        .collect(Collectors.joining(" "));
  }

  @Test
  void anAcknowledgementCoversWhatWasFoundAndNothingNew() {
    run("{'a': 'x', 'b': 'x'}", "p");
    run("{'a': 'y', 'b': 'y'}", "q");
    Judged emptied = run("{'a': '', 'b': 'z'}", "r");
    runs.acknowledge(
        new Acknowledgement(
            Acknowledgement.SCHEMA,
            SERIES,
            now(),
            now().plus(Duration.ofDays(9)),
            "anna",
            "a is gone",
            emptied.findings()));

    Judged covered = run("{'a': '', 'b': 'u'}", "s");
    assertThat(covered.ruling()).isEqualTo(Ruling.DELIVER);
    assertThat(covered.expected()).hasValueSatisfying(by -> assertThat(by).contains("a is gone"));
    Judged more = run("{'a': '', 'b': ''}", "t");
    assertThat(more.ruling()).isEqualTo(Ruling.ASK);
    assertThat(more.expected()).isEmpty();
  }

  @Test
  void similarityIsThatOfTheSharedPassages() {
    run("{'t': '" + words(400, 1) + "'}", "p");
    // About 200 of 600 different passages of three words are in both: one third.
    assertThat(
            run("{'t': '" + words(200, 1) + " " + words(200, 2) + "'}", "q")
                .similarity()
                .orElseThrow())
        .isCloseTo(0.33, within(0.12));
    assertThat(run("{'t': '" + words(400, 9) + "'}", "r").similarity().orElseThrow())
        .isCloseTo(0, within(0.05));
    Judged same = run("{'t': '" + words(400, 9) + "'}", "s");
    assertThat(same.similarity()).isEqualTo(Optional.of(1.0));
  }

  @Test
  void theComparisonNamesWhatChangedAndWhatWasReadAnew() {
    String page = "{'url': 'http://shop.example.com', 'date': '2026-03-0";
    run("{'a': 'old', 'b': 'same'}", page + "1'}");
    Judged second = run("{'a': 'new', 'b': 'same'}", page + "2'}");
    assertThat(second.comparison().stream().map(Object::toString))
        .anyMatch(line -> line.contains("a (changed), before=old, now=new"))
        .anyMatch(line -> line.contains("b (same)"))
        .anyMatch(line ->
            line.contains("look http://shop.example.com (same)") && line.contains("2026-03-02"));
  }
}
