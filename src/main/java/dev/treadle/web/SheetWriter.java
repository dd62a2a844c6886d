package dev.treadle.web;

import com.fasterxml.jackson.databind.JsonNode;
import dev.treadle.BlastRadius;
import dev.treadle.CanonicalJson;
import dev.treadle.Effect;
import dev.treadle.Preview;
import dev.treadle.Schema;
import dev.treadle.Severity;
import dev.treadle.approval.ApprovalView;
import dev.treadle.engine.Approval;
import dev.treadle.engine.Decision;
import dev.treadle.engine.Evidence;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Puts a question into words. Every text that came from an agent, a tool, a task or a person is
 * made {@link Legible} here; the templates escape.
 */
final class SheetWriter {
  private static final int EVIDENCE_MAX = 8;
  private static final int CHARS_MAX = 6_000;
  private static final int FIELDS_MAX = 24;
  private static final int ROWS_MAX = 30;
  private static final String PERSON = "person:";
  private final ApprovalView view;
  private final Approval approval;
  private final Instant now;

  /** How many more characters may be shown at length, so that the page stays light. */
  private int charsLeft = CHARS_MAX;

  SheetWriter(ApprovalView view, Instant now) {
    this.view = view;
    this.approval = view.approval();
    this.now = now;
  }

  Sheet write(
      PageState state, Optional<Form> form, ApprovalAnswers.Asker asker, boolean isSignedIn) {
    return new Sheet(
        heading(state),
        facts(),
        action(),
        grounds(isSignedIn),
        form,
        withdrawal(asker.problems()),
        votes(),
        new Sheet.Footer(
            approval.id(),
            approval.taskId().value(),
            approval.version(),
            Legible.plain(view.viewer().name() + " (" + view.viewer().address() + ")"),
            approval.isOpen(),
            asker.token()));
  }

  private Optional<Sheet.Withdrawal> withdrawal(List<Form.Problem> problems) {
    return view.mine()
        .filter(mine -> mine.choice() == Decision.Choice.APPROVE && approval.isDecidableAt(now))
        .map(mine -> new Sheet.Withdrawal(mine.nonce(), problems));
  }

  private Sheet.Heading heading(PageState state) {
    return new Sheet.Heading(
        state.word(),
        Legible.brief(title()),
        weight(approval.grounds().severity()),
        deadline(),
        state.notice());
  }

  private Sheet.Deadline deadline() {
    Approval.Closing closing = approval.closing();
    if (closing != null && closing.at().isBefore(approval.expiresAt())) {
      return new Sheet.Deadline("Closed", Sheet.Moment.of(closing.at()), "", false);
    }
    Instant end = approval.expiresAt();
    return approval.isDecidableAt(now)
        ? new Sheet.Deadline(
            "Expires", Sheet.Moment.of(end), Times.left(now, end), view.mayExtend())
        : new Sheet.Deadline("Expired", Sheet.Moment.of(end), "", view.mayExtend());
  }

  static Sheet.Weight weight(Severity severity) {
    String css = severity.name().toLowerCase(Locale.ROOT).replace('_', '-');
    String words = severity.name().charAt(0) + css.substring(1).replace('-', ' ');
    return new Sheet.Weight(words + " severity", css);
  }

  String title() {
    return switch (approval.kind()) {
      case ACTION -> approval.action().title();
      case OUTCOME -> "Did this happen? " + approval.action().title();
    };
  }

  private List<Sheet.Fact> facts() {
    List<Sheet.Fact> facts = new ArrayList<>();
    Approval.Action action = approval.action();
    Approval.Source source = approval.source();
    String model = source.model().isEmpty() ? "" : ", on " + source.model();
    facts.add(fact("Can it be undone?", undo(action), action.effect() == Effect.IRREVERSIBLE));
    facts.add(fact("Agent", source.agent() + model, false));
    facts.add(fact("Started by", requester(source.requester()), false));
    facts.add(fact("Reach", reach(action.blastRadius()), false));
    action.preview().stream()
        .filter(part -> part.kind() == Preview.Kind.AMOUNT)
        .map(part -> fact(Legible.plain(part.label()), amount(part.content()), true))
        .forEach(facts::add);
    Double confidence = approval.grounds().confidence();
    facts.add(
        fact(
            "Confidence",
            confidence == null
                ? "The model gave none"
                : String.format(Locale.ROOT, "%.2f, self-reported", confidence),
            false));
    facts.add(fact("Cost so far", cost(source), false));
    return facts;
  }

  private String requester(String requester) {
    return requester.startsWith(PERSON)
        ? "person " + view.names().of(requester.substring(PERSON.length()))
        : requester.replaceFirst(":", " ");
  }

  private static Sheet.Fact fact(String name, String value, boolean isStrong) {
    return new Sheet.Fact(name, Legible.brief(value), isStrong);
  }

  private static String undo(Approval.Action action) {
    return switch (action.effect()) {
      case READ_ONLY -> "It changes nothing";
      case IDEMPOTENT -> action.undo() == null ? "Not by itself" : "Yes: " + action.undo();
      case REVERSIBLE -> "Yes: " + action.undo();
      case IRREVERSIBLE -> "No, it cannot be undone";
    };
  }

  private static String reach(BlastRadius radius) {
    return switch (radius) {
      case NONE -> "None";
      case LOW -> "Low";
      case MEDIUM -> "Medium";
      case HIGH -> "High";
      case VERY_HIGH -> "Very high";
    };
  }

  private static String cost(Approval.Source source) {
    return String.format(
        Locale.ROOT, "$%.2f, $%.2f left", source.costMicros() / 1e6, source.costMicrosLeft() / 1e6);
  }

  private Sheet.Action action() {
    Approval.Action action = approval.action();
    List<Sheet.Field> preview = new ArrayList<>();
    for (Preview part : action.preview()) fields(part, preview);
    if (preview.size() > FIELDS_MAX) preview.subList(FIELDS_MAX, preview.size()).clear();
    return new Sheet.Action(
        consequences(),
        preview,
        weighed(CanonicalJson.of(action.arguments())),
        action.argumentsDigest());
  }

  private List<Sheet.Consequence> consequences() {
    return switch (approval.kind()) {
      case ACTION ->
          List.of(
              new Sheet.Consequence(
                  "If you approve",
                  "It is done once, exactly as shown here. The agent then goes on."),
              new Sheet.Consequence(
                  "If you reject",
                  "It is not done. The agent hears your reason and goes on, or the task stops: you"
                      + " choose."),
              new Sheet.Consequence("If nobody answers", silence(approval)));
      case OUTCOME ->
          List.of(
              new Sheet.Consequence(
                  "If it happened", "It is not run again. The agent hears so and goes on."),
              new Sheet.Consequence(
                  "If it did not",
                  "It is run once, exactly as shown here. The agent then goes on."),
              new Sheet.Consequence("If nobody answers", "The task goes on waiting."));
    };
  }

  static String silence(Approval approval) {
    return switch (approval.terms().onExpiry()) {
      case STOP -> "It is not done, and the task stops.";
      case REJECT -> "It is not done. The agent hears so and goes on without it.";
      case STAY_PARKED -> "It is not done. The task goes on waiting until somebody gives it time.";
    };
  }

  private void fields(Preview part, List<Sheet.Field> into) {
    JsonNode content = part.content();
    String label = Legible.plain(part.label());
    switch (part.kind()) {
      case TEXT, LINK -> into.add(field(label, text(content)));
      case AMOUNT -> into.add(field(label, amount(content)));
      case DIFF ->
          into.add(changed(label, text(content.path("before")), text(content.path("after"))));
      case TABLE -> into.add(table(label, content));
      case JSON -> {
        if (content.isObject()) {
          content.forEachEntry((name, value) -> into.add(field(Legible.plain(name), text(value))));
        } else {
          into.add(field(label, text(content)));
        }
      }
    }
  }

  private Sheet.Field field(String label, String value) {
    return new Sheet.Field(label, weighed(value), Optional.empty(), List.of(), List.of());
  }

  private Sheet.Field changed(String label, String before, String after) {
    return new Sheet.Field(
        label, weighed(after), Optional.of(weighed(before)), List.of(), List.of());
  }

  private Legible weighed(String text) {
    charsLeft -= Math.min(text.length(), CHARS_MAX);
    return charsLeft < 0 ? Legible.brief(text) : Legible.of(text);
  }

  private static Sheet.Field table(String label, JsonNode content) {
    List<String> columns = new ArrayList<>();
    content.path("columns").forEach(column -> columns.add(Legible.plain(column.asText())));
    List<List<Legible>> rows = new ArrayList<>();
    int all = content.path("rows").size();
    for (JsonNode row : content.path("rows")) {
      if (rows.size() == ROWS_MAX) break;
      List<Legible> cells = new ArrayList<>();
      for (int i = 0; i < columns.size(); i++) cells.add(Legible.brief(text(row.path(i))));
      rows.add(cells);
    }
    String count = all > ROWS_MAX ? "the first %d of %d rows" : all == 1 ? "1 row" : "%2$d rows";
    String title = "%s (%s)".formatted(label, count.formatted(ROWS_MAX, all));
    return Sheet.Field.table(title, columns, rows);
  }

  /** To the last digit: what is rounded is not what is approved. */
  private static String amount(JsonNode content) {
    return content.path("amount").asText() + " " + content.path("currency").asText();
  }

  private static String text(JsonNode value) {
    return value.isContainerNode() ? CanonicalJson.of(value) : value.asText();
  }

  private Sheet.Grounds grounds(boolean isSignedIn) {
    Approval.Grounds grounds = approval.grounds();
    List<Sheet.Rule> rules =
        List.of(new Sheet.Rule(String.join(", ", grounds.ruleIds()), grounds.why()));
    return new Sheet.Grounds(
        rules,
        checks(),
        grounds.evidence().stream().limit(EVIDENCE_MAX).map(this::evidence).toList(),
        weighed(grounds.explanation()),
        new Sheet.Before(
            view.before().stream().map(SheetWriter::step).toList(),
            view.earlier().stream().flatMap(this::pastDecision).toList(),
            // A link shows its reader one request; the task's page is for who signed in.
            isSignedIn ? Optional.of("/tasks/" + approval.taskId()) : Optional.empty()));
  }

  /** Made on what is shown, at the moment it is shown. */
  private List<Sheet.Check> checks() {
    Approval.Action action = approval.action();
    boolean isFitting = Schema.of(action.schema()).violations(action.arguments()).isEmpty();
    boolean isFrozen = CanonicalJson.digest(action.arguments()).equals(action.argumentsDigest());
    boolean isTainted = approval.grounds().tainted();
    return List.of(
        new Sheet.Check(
            isFrozen
                ? "The action is unchanged since it was asked for."
                : "The action is not the one that was asked for. Do not approve it.",
            isFrozen),
        new Sheet.Check(
            isFitting
                ? "The arguments fit what the tool takes."
                : "The arguments do not fit what the tool takes.",
            isFitting),
        new Sheet.Check(
            isTainted
                ? "Text from outside was read before, and may have shaped this."
                : "No text from outside was read before.",
            !isTainted));
  }

  private Sheet.Evidence evidence(Evidence item) {
    return new Sheet.Evidence(
        Legible.brief(item.label()),
        Legible.brief(item.url() == null ? "" : item.url()),
        Times.of(item.fetchedAt())
            + ", "
            + Times.span(java.time.Duration.between(item.fetchedAt(), now))
            + " ago",
        Legible.brief(item.excerpt()));
  }

  private Stream<Sheet.PastDecision> pastDecision(Approval earlier) {
    Approval.Closing closing = earlier.closing();
    if (closing == null) return Stream.of();
    String end = earlier.state().name().toLowerCase(Locale.ROOT);
    String by = Legible.plain(view.names().of(closing.by()));
    return Stream.of(
        new Sheet.PastDecision(
            Legible.brief(earlier.action().title()),
            end + " by " + by,
            Sheet.Moment.of(closing.at())));
  }

  private static String step(ApprovalView.PastStep step) {
    return "Step " + step.iteration() + ": " + Legible.plain(step.words());
  }

  private Sheet.Votes votes() {
    List<Sheet.Vote> cast = view.decisions().stream().map(this::vote).toList();
    if (!approval.isOpen() || approval.kind() == Approval.Kind.OUTCOME) {
      return new Sheet.Votes(
          switch (view.standing().size()) {
            case 0 -> "Nobody has answered.";
            case 1 -> "One answer.";
            default -> view.standing().size() + " answers.";
          },
          cast);
    }
    int needed = approval.terms().quorum().needed();
    String who =
        view.askedPeople() == 1 ? "You alone are asked." : view.askedPeople() + " people are asked";
    if (view.askedPeople() > 1) who += needed == 1 ? "; one is enough." : ".";
    String so =
        needed == 1
            ? "Nobody has answered yet."
            : "%d of %d approvals so far.".formatted(approval.votes().size(), needed);
    return new Sheet.Votes(so + " " + who, cast);
  }

  private Sheet.Vote vote(Decision decision) {
    return new Sheet.Vote(
        Legible.plain(view.names().of(decision.approver())),
        Choices.past(decision.choice()),
        decision.decidedAt(),
        Times.of(decision.decidedAt()));
  }
}
