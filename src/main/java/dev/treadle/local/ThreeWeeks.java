package dev.treadle.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import dev.treadle.Noise;
import dev.treadle.Preview;
import dev.treadle.SeriesKey;
import dev.treadle.Status;
import dev.treadle.TaskId;
import dev.treadle.agents.pricing.PricingAgent;
import dev.treadle.drift.Acknowledgement;
import dev.treadle.drift.ScheduleHealth;
import dev.treadle.drift.SeriesTable;
import dev.treadle.engine.Approval;
import dev.treadle.engine.Decision;
import dev.treadle.engine.JournalItem;
import dev.treadle.engine.SeriesRun;
import dev.treadle.engine.Task;
import dev.treadle.tool.Mail;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;

/**
 * Three weeks of mornings in which the shops change their pages on the fourth day, played twice on
 * the same pages: once as a series, and once without one, so that nothing is judged.
 */
final class ThreeWeeks implements AutoCloseable, InstantSource {
  static final int DAYS = 21;
  static final int REDESIGN_DAY = 4;
  static final SeriesKey SERIES = new SeriesKey("pricing-mornings");
  private static final LocalDate FIRST = LocalDate.parse("2026-03-01");
  private static final int LINES_SHOWN = 12;
  private static final int CHARS_SHOWN = 32;
  private static final Duration OPENING = Duration.ofHours(7);

  private final HttpServer shops;
  private final Mornings judged;
  private final Mornings unjudged;
  private Instant now = FIRST.atStartOfDay(ZoneOffset.UTC).toInstant();

  /** What a person does about a request of theirs; who says nothing lets it expire. */
  enum Person {
    LETS_IT_GO_OUT("lets it go out: sales should know that the prices are missing"),
    HOLDS_IT_BACK("holds it back: the same as yesterday, somebody must mend the reader"),
    EXPECTS_IT("holds it back, and expects no other until day 10: the reader is being mended"),
    SAYS_NOTHING("says nothing, and it does not go out");

    final String words;

    Person(String words) {
      this.words = words;
    }
  }

  /**
   * One morning.
   *
   * @param found in the words of the journal
   * @param comparison with the last run
   * @param person who was asked; empty when nobody was
   * @param mailed in the judged world
   * @param mailedUnjudged in the other one
   * @param repeats the unjudged mail says the same as the one before
   */
  record Morning(
      int day,
      LocalDate date,
      List<String> found,
      List<String> comparison,
      Optional<Person> person,
      boolean mailed,
      boolean mailedUnjudged,
      boolean repeats) {}

  private ThreeWeeks(HttpServer shops, Path folder) throws IOException {
    this.shops = shops;
    String site = "http://127.0.0.1:" + shops.getAddress().getPort();
    judged = new Mornings(folder.resolve("judged"), this, Optional.of(SERIES), site);
    unjudged = new Mornings(folder.resolve("unjudged"), this, Optional.empty(), site);
  }

  /**
   * Opens the shops on a free port of this machine.
   *
   * @param folder empty, for the price books
   */
  static ThreeWeeks in(Path folder) throws IOException {
    HttpServer shops =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    ThreeWeeks weeks = new ThreeWeeks(shops, folder);
    Shop.installRedesigned(shops, weeks, FIRST.plusDays(REDESIGN_DAY - 1));
    shops.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    shops.start();
    return weeks;
  }

  @Override
  public Instant instant() {
    return now;
  }

  /** Plays a day, counted from 1; each day once, in order. */
  Morning play(int day) {
    LocalDate date = FIRST.plusDays(day - 1);
    now = date.atStartOfDay(ZoneOffset.UTC).plus(OPENING).toInstant();
    judged.tick();
    TaskId id = new TaskId(PricingAgent.NAME + "-" + date);
    int before = judged.mails().size();
    int beforeUnjudged = unjudged.mails().size();
    unjudged.run(id);
    Task task = judged.run(id);
    Optional<Person> person = Optional.empty();
    List<String> comparison = List.of();
    if (task.status() == Status.WAITING_FOR_HUMAN) {
      person = Optional.of(person(day));
      comparison = comparison(task);
      decide(task, person.get());
    }
    return new Morning(
        day,
        date,
        found(task),
        comparison,
        person,
        judged.mails().size() > before,
        unjudged.mails().size() > beforeUnjudged,
        repeats());
  }

  private static Person person(int day) {
    return switch (day) {
      case REDESIGN_DAY -> Person.LETS_IT_GO_OUT;
      case REDESIGN_DAY + 1 -> Person.HOLDS_IT_BACK;
      case REDESIGN_DAY + 2 -> Person.EXPECTS_IT;
      default -> Person.SAYS_NOTHING;
    };
  }

  /** The table that the person has before them. */
  private List<String> comparison(Task task) {
    List<String> lines = new ArrayList<>();
    for (Approval question : judged.store().approvals(task.id())) {
      for (Preview preview : question.action().preview()) {
        if (preview.kind() == Preview.Kind.TABLE)
          preview.content().path("rows").forEach(row -> lines.add(line(row)));
      }
    }
    return lines.size() <= LINES_SHOWN ? lines : lines.subList(0, LINES_SHOWN);
  }

  private static String line(JsonNode row) {
    return "%-34s %-34s %s"
        .formatted(
            shown(row.path(0).asText()), shown(row.path(1).asText()), shown(row.path(2).asText()));
  }

  private static String shown(String value) {
    return value.length() <= CHARS_SHOWN ? value : value.substring(0, CHARS_SHOWN) + "…";
  }

  /** What the journal says was found; the run itself is kept when the task ends. */
  private List<String> found(Task task) {
    List<String> found = new ArrayList<>();
    for (JournalItem item :
        judged.store().journal(task.id(), JournalItem.firstKeyFromSnapshot(0))) {
      if (item instanceof JournalItem.Entry entry) found.addAll(entry.notices());
    }
    return found;
  }

  /** The unjudged mail says what the one before said, but for the date. */
  private boolean repeats() {
    List<Mail> mails = unjudged.mails();
    if (mails.size() < 2) return false;
    Noise.Filter noise = Noise.USUAL.filter();
    Mail last = mails.getLast();
    Mail before = mails.get(mails.size() - 2);
    return noise
        .quiet(last.subject() + last.body())
        .equals(noise.quiet(before.subject() + before.body()));
  }

  private void decide(Task task, Person person) {
    if (person == Person.SAYS_NOTHING) return;
    Decision.Choice choice =
        person == Person.LETS_IT_GO_OUT ? Decision.Choice.APPROVE : Decision.Choice.REJECT;
    for (Approval question : judged.store().approvals(task.id())) {
      judged.decide(question, choice, person.words);
    }
    judged.settled(task.id());
    if (person == Person.EXPECTS_IT) expectNoOther();
  }

  /** Until the tenth day, an hour before its run. */
  private void expectNoOther() {
    SeriesRun last = runs().getFirst();
    judged
        .table()
        .acknowledge(
            new Acknowledgement(
                Acknowledgement.SCHEMA,
                SERIES,
                now,
                FIRST.plusDays(9).atStartOfDay(ZoneOffset.UTC).toInstant(),
                "anna",
                "the reader is being mended",
                last.findings()));
  }

  /** The runs so far, the newest first. */
  List<SeriesRun> runs() {
    return judged.table().runs(SERIES, now.plusSeconds(1), DAYS);
  }

  SeriesTable table() {
    return judged.table();
  }

  /** How the series looks at the end. */
  ScheduleHealth health() {
    List<ScheduleHealth.Fire> fires = new ArrayList<>();
    for (int day = 1; day <= DAYS; day++) {
      LocalDate date = FIRST.plusDays(day - 1);
      fires.add(
          new ScheduleHealth.Fire(
              date.atStartOfDay(ZoneOffset.UTC).plus(OPENING).toInstant(),
              new TaskId(PricingAgent.NAME + "-" + date)));
    }
    return ScheduleHealth.of(
        SERIES,
        runs(),
        fires,
        fire -> judged.store().find(fire.task()).isPresent(),
        judged.table().acknowledgements(SERIES).stream().findFirst(),
        now);
  }

  @Override
  public void close() {
    judged.close();
    unjudged.close();
    shops.stop(0);
  }
}
