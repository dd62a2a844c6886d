package dev.treadle.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.Json;
import dev.treadle.Outcome;
import dev.treadle.Reason;
import dev.treadle.Secrets;
import dev.treadle.aws.StackFacts;
import dev.treadle.engine.Defaults;
import dev.treadle.engine.Task;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each thing that the doctor looks at, well and not well. */
class DoctorTest {
  private static final Instant NOW = Instant.parse("2026-03-02T09:00:00Z");
  private static final Secrets LOCKED =
      reference -> {
        throw new Secrets.Unreadable(reference, "status 400, AccessDeniedException");
      };
  @TempDir private Path data;

  private static Diagnosis about(String what, List<Diagnosis> found) {
    return found.stream().filter(each -> each.about().equals(what)).findFirst().orElseThrow();
  }

  private Diagnosis onMachine(String what) {
    return about(what, new Machine(data, data.resolve("keys"), 0, 25).diagnoses());
  }

  @Test
  void anOlderJavaIsWrong() {
    Diagnosis java = about("java", new Machine(data, data, 0, 24).diagnoses());

    assertThat(java.isWrong()).isTrue();
    assertThat(java.remedy()).contains("JDK 25");
    assertThat(onMachine("java").isWrong()).isFalse();
  }

  @Test
  void aDataFolderThatIsNoneIsWrong() throws Exception {
    Path file = Files.createFile(data.resolve("file"));

    Diagnosis folder = about("data", new Machine(file, data, 0, 25).diagnoses());

    assertThat(folder.isWrong()).isTrue();
    assertThat(folder.remedy()).contains("--data");
    assertThat(onMachine("data").isWrong()).isFalse();
    assertThat(about("data", new Machine(data.resolve("new"), data, 0, 25).diagnoses()).words())
        .contains("is made at the first start");
  }

  @Test
  void keysThatOthersMayReadOrThatAreNoneAreWrong() throws Exception {
    Path keys = data.resolve("keys");
    assertThat(onMachine("keys").words()).contains("made at the first start");
    KeyFolder.openOrCreate(keys, new SecureRandom());
    assertThat(onMachine("keys")).isEqualTo(Diagnosis.ok("keys", keys.toString()));

    Path secret = keys.resolve(KeyFolder.DECISION_KEY);
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-r-----"));
    assertThat(onMachine("keys").isWrong()).isTrue();
    assertThat(onMachine("keys").words()).contains("may read").contains(KeyFolder.DECISION_KEY);

    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
    Files.writeString(secret, "{");
    assertThat(onMachine("keys").isWrong()).isTrue();
    assertThat(onMachine("keys").words()).contains("cannot be used");

    Files.delete(secret);
    assertThat(onMachine("keys").level()).isEqualTo(Diagnosis.Level.NOTE);
  }

  @Test
  void aPortThatSomethingElseHasIsWrong() throws Exception {
    assertThat(onMachine("runtime").words()).contains("none serves this folder");
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = other.getLocalPort();

      Diagnosis taken = about("runtime", new Machine(data, data, port, 25).diagnoses());
      assertThat(taken.isWrong()).isTrue();
      assertThat(taken.remedy()).contains("--port");

      new RuntimeFile(port, "secret").writeTo(data);
      assertThat(about("runtime", new Machine(data, data, port, 25).diagnoses()))
          .isEqualTo(Diagnosis.ok("runtime", "serves this folder at port " + port));
    }
  }

  private Diagnosis surrounded(String what, Map<String, String> environment, Secrets secrets) {
    return about(what, new Surroundings(environment, secrets, data).diagnoses());
  }

  @Test
  void aModelsKeyIsReadAndNeverShown() {
    Map<String, String> referring = Map.of("ANTHROPIC_API_KEY", "secretsmanager:key");

    Diagnosis locked = surrounded("model", referring, LOCKED);
    Diagnosis empty = surrounded("model", referring, _ -> " ");
    Diagnosis readable = surrounded("model", referring, _ -> "canary-secret");
    Diagnosis plain = surrounded("model", Map.of("OPENAI_API_KEY", "canary-secret"), LOCKED);
    Diagnosis none = surrounded("model", Map.of(), LOCKED);

    assertThat(List.of(locked.isWrong(), empty.isWrong(), readable.isWrong(), plain.isWrong()))
        .containsExactly(true, true, false, false);
    assertThat(locked.words()).contains("secretsmanager:key").contains("AccessDenied");
    assertThat(plain.words()).isEqualTo("OPENAI_API_KEY is set, by value");
    assertThat(none.words()).contains("scripts play");
    assertThat(List.of(readable.line(), plain.line(), empty.line()))
        .noneMatch(line -> line.contains("canary"));
  }

  @Test
  void mailThatCannotLeaveIsWrong() {
    Map<String, String> settings =
        Map.of(
            "TREADLE_SMTP_URL", "smtps://user@mail.example.com:465",
            "TREADLE_MAIL_FROM", "treadle@example.com",
            "TREADLE_SMTP_PASSWORD", "ssm:mail");

    assertThat(surrounded("mail", Map.of(), LOCKED).level()).isEqualTo(Diagnosis.Level.NOTE);
    assertThat(surrounded("mail", settings, LOCKED).isWrong()).isTrue();
    assertThat(surrounded("mail", settings, LOCKED).words()).contains("ssm:mail");
    assertThat(surrounded("mail", settings, _ -> "canary-secret"))
        .isEqualTo(Diagnosis.ok("mail", "leaves by mail.example.com:465"));
    Diagnosis malformed = surrounded("mail", Map.of("TREADLE_SMTP_URL", "mail"), LOCKED);
    assertThat(malformed.isWrong()).isTrue();
    assertThat(malformed.words()).contains("TREADLE_SMTP_URL");
  }

  private static StackFacts.OfTable table(
      Set<String> indexes, Optional<String> ttl, Optional<Boolean> recovery, Duration skew) {
    return new StackFacts.OfTable("tasks", indexes, ttl, recovery, Optional.of(NOW.plus(skew)));
  }

  private static final StackFacts.OfTable TABLE =
      table(Set.of("due", "board"), Optional.of("expires_at"), Optional.of(true), Duration.ZERO);

  private static StackFacts.OfQueue queue(Duration visibility, int receptions, int dead) {
    return new StackFacts.OfQueue(
        "steps", 0, visibility, OptionalInt.of(receptions), OptionalInt.of(dead));
  }

  private static final StackFacts.OfQueue QUEUE = queue(Defaults.VISIBILITY, 5, 0);

  private static List<String> wrong(StackFacts.OfTable table, StackFacts.OfQueue queue) {
    return new StackCheckup(table, queue, NOW)
        .diagnoses().stream().filter(Diagnosis::isWrong).map(Diagnosis::about).toList();
  }

  @Test
  void aStepFunctionThatLambdaWouldStopIsWrong() {
    assertThat(loop(Optional.of("Allow")).isWrong()).isFalse();
    assertThat(loop(Optional.empty()).isWrong()).isFalse();
    assertThat(loop(Optional.of("Terminate")).isWrong()).isTrue();
    assertThat(loop(Optional.of("Terminate")).remedy()).contains("RecursiveLoop: Allow");
  }

  private static Diagnosis loop(Optional<String> set) {
    return new Elsewhere.LoopSetting("prod-Step", set).diagnosis();
  }

  @Test
  void aStackThatDiffersFromItsTemplateIsWrongInThatPoint() {
    Optional<String> ttl = Optional.of("expires_at");
    Optional<Boolean> on = Optional.of(true);
    Set<String> both = Set.of("due", "board");
    StackFacts.OfQueue noDeadLetters =
        new StackFacts.OfQueue(
            "steps", 0, Defaults.VISIBILITY, OptionalInt.empty(), OptionalInt.empty());

    assertThat(wrong(TABLE, QUEUE)).isEmpty();
    assertThat(wrong(table(Set.of("due"), ttl, on, Duration.ZERO), QUEUE)).containsOnly("table");
    assertThat(wrong(table(both, Optional.empty(), on, Duration.ZERO), QUEUE))
        .containsOnly("expiry");
    assertThat(wrong(table(both, ttl, Optional.of(false), Duration.ZERO), QUEUE))
        .containsOnly("recovery");
    assertThat(wrong(table(both, ttl, Optional.empty(), Duration.ZERO), QUEUE)).isEmpty();
    assertThat(wrong(table(both, ttl, on, StackCheckup.SKEW_MAX), QUEUE)).containsOnly("clock");
    assertThat(wrong(table(both, ttl, on, StackCheckup.SKEW_MAX.negated()), QUEUE))
        .containsOnly("clock");
    assertThat(wrong(TABLE, queue(Duration.ofMinutes(2), 5, 0))).containsOnly("queue");
    assertThat(wrong(TABLE, queue(Defaults.VISIBILITY, 1, 0))).containsOnly("queue");
    assertThat(wrong(TABLE, noDeadLetters)).containsOnly("queue");
    assertThat(wrong(TABLE, queue(Defaults.VISIBILITY, 5, 2))).containsOnly("dead letters");
  }

  private LocalRuntime open() throws Exception {
    return LocalRuntime.open(
        new LocalRuntime.Settings(
            data, 0, Optional.empty(), Duration.ZERO, Optional.empty(), Optional.empty()));
  }

  private static Task start(LocalRuntime runtime) {
    var request = Json.object().put("task_id", "bergen-1").put("task_type", "umbrella");
    request.put("triggered_by", "test").putObject("input_data").put("name", "Bergen");
    runtime.loop().starter().start(request);
    return runtime.store().find(new dev.treadle.TaskId("bergen-1")).orElseThrow();
  }

  private static Task unknown(Task task) {
    return new Task(
        task.schema(),
        task.id(),
        task.type(),
        task.origin(),
        task.version(),
        task.iteration(),
        dev.treadle.Status.WAITING_FOR_HUMAN,
        new Outcome(Reason.OUTCOME_UNKNOWN, "nobody knows"),
        task.since(),
        null,
        task.attempts(),
        task.funds(),
        task.progress(),
        task.wake(),
        null);
  }

  @Test
  void tasksThatNobodyWorksOnAndOutcomesThatNobodyKnowsAreWrong() throws Exception {
    try (LocalRuntime runtime = open()) {
      Task task = start(runtime);
      Instant now = runtime.clock().instant();

      assertThat(new Ward(runtime, List.of(), now).diagnoses()).noneMatch(Diagnosis::isWrong);
      Diagnosis stuck =
          about("tasks", new Ward(runtime, List.of(), now.plus(Duration.ofHours(1))).diagnoses());
      assertThat(stuck.isWrong()).isTrue();
      assertThat(stuck.words()).isEqualTo("1 stuck: bergen-1");
      Diagnosis outcome = Ward.unknown(List.of(unknown(task), task));
      assertThat(outcome.isWrong()).isTrue();
      assertThat(outcome.words()).contains("1 actions").contains("bergen-1");
      assertThat(outcome.remedy()).contains("treadle resolve");
    }
    assertThat(Ward.dead(2).isWrong()).isTrue();
    assertThat(Ward.dead(0).isWrong()).isFalse();
    assertThat(Ward.agents(List.of()).isWrong()).isTrue();
  }

  private record Said(int exit, String text) {}

  private Said doctor(String... options) throws Exception {
    StringWriter said = new StringWriter();
    var all = new java.util.ArrayList<>(List.of("--data", data.toString(), "--port", "0"));
    all.add("doctor");
    all.addAll(List.of(options));
    int exit = TreadleCommand.run(all.toArray(String[]::new), new PrintWriter(said, true));
    return new Said(exit, said.toString());
  }

  @Test
  void aFreshInstallIsWellAndSaysWhatItWouldDo() throws Exception {
    Said people = doctor();
    Said scripts = doctor("--json");

    assertThat(people.exit()).as(people.text()).isEqualTo(TreadleCommand.EXIT_DONE);
    assertThat(people.text())
        .containsPattern("ok +java +version")
        .containsPattern("ok +store +0 tasks can be read")
        .containsPattern("ok +agents +.*pricing")
        .endsWith("nothing is wrong" + System.lineSeparator());
    for (String line : scripts.text().lines().toList()) {
      assertThat(Json.parse(line).path("level").asText()).isIn("ok", "note");
    }
    assertThat(scripts.text().lines().toList()).hasSizeGreaterThan(8);
  }

  @Test
  void aStoreThatCannotBeOpenedAndASchedulesFileThatCannotBeUsedAreWrong() throws Exception {
    Said schedules = doctor("--schedules", "[{\"schedule\": \"x\"}]");
    assertThat(schedules.exit()).isEqualTo(TreadleCommand.EXIT_FAILED);
    assertThat(schedules.text()).containsPattern("WRONG +schedule +.*\\n").contains("/0/");

    try (LocalRuntime other = open()) {
      assertThat(other.site()).isNotEmpty();
      Said held = doctor();

      assertThat(held.exit()).isEqualTo(TreadleCommand.EXIT_FAILED);
      assertThat(held.text())
          .containsPattern("WRONG +store +.*another process has it open")
          .contains("something is wrong");
    }
  }
}
