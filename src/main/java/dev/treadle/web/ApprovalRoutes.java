package dev.treadle.web;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.TaskId;
import dev.treadle.Violation;
import dev.treadle.approval.ApprovalDesk;
import dev.treadle.approval.ApprovalView;
import dev.treadle.approval.Caller;
import dev.treadle.approval.DecisionForm;
import dev.treadle.approval.DeskAnswer;
import dev.treadle.engine.Decision;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * The page of one request, and its JSON: the same answers under {@code /approvals/ID} for a browser
 * without script and under {@code /api/approvals/ID} for the page's script and for programs.
 *
 * <p>The page that a link opens holds nothing and is the same for everybody; the token comes with a
 * POST, out of the link's fragment.
 */
final class ApprovalRoutes {
  private static final int TOKEN_CHARS_MAX = 4_096;
  private static final String TOKEN = "t";
  private final ApprovalDesk desk;
  private final ApprovalAnswers answers;

  ApprovalRoutes(ApprovalDesk desk, Pages pages, InstantSource clock) {
    this.desk = desk;
    this.answers = new ApprovalAnswers(pages, clock);
  }

  List<Route> routes() {
    return List.of(
        Route.of("GET", "/approvals/*", (_, id) -> answers.loading(id)),
        Route.of("POST", "/approvals/*", this::look),
        Route.of("POST", "/approvals/*/decisions", this::decide),
        Route.of("POST", "/approvals/*/extend", this::extend),
        Route.of("POST", "/approvals/*/withdraw", this::withdraw),
        Route.of("POST", "/approvals/*/report", this::report),
        Route.of("POST", "/approvals/*/action", this::action),
        Route.of("POST", "/api/approvals/*/view", this::look),
        Route.of("POST", "/api/approvals/*/decisions", this::decide),
        Route.of("POST", "/api/approvals/*/extend", this::extend),
        Route.of("POST", "/api/approvals/*/withdraw", this::withdraw),
        Route.of("POST", "/api/approvals/*/report", this::report));
  }

  private Response look(Request request, String id) {
    return withFields(
        request,
        fields -> {
          DeskAnswer answer = desk.view(caller(request, fields), id);
          return answers.look(request, answer, asker(fields));
        });
  }

  private Response action(Request request, String id) {
    return withFields(
        request, fields -> answers.action(request, desk.view(caller(request, fields), id)));
  }

  private Response extend(Request request, String id) {
    return withFields(
        request,
        fields -> {
          List<Violation> broken = new ArrayList<>();
          if (!fields.isTicked("want")) broken.add(new Violation("want", "Tick that you want it."));
          refuseRobots(fields, broken);
          if (!broken.isEmpty()) return again(request, id, fields, "INVALID", 400, broken);
          DeskAnswer answer = desk.extend(caller(request, fields), id, version(fields));
          return answers.decided(request, answer, asker(fields));
        });
  }

  private Response withdraw(Request request, String id) {
    return asked(request, id, (caller, fields) -> desk.withdraw(caller, id, fields.text("nonce")));
  }

  private Response report(Request request, String id) {
    return asked(request, id, (caller, fields) -> desk.report(caller, id, fields.text("words")));
  }

  private Response asked(Request request, String id, BiFunction<Caller, Fields, DeskAnswer> wish) {
    return withFields(
        request,
        fields -> {
          List<Violation> broken = new ArrayList<>();
          refuseRobots(fields, broken);
          DeskAnswer answer =
              broken.isEmpty()
                  ? wish.apply(caller(request, fields), fields)
                  : new DeskAnswer.Invalid(broken);
          return answer instanceof DeskAnswer.Invalid(var violations)
              ? again(request, id, fields, "INVALID", 400, violations)
              : answers.decided(request, answer, asker(fields));
        });
  }

  private Response decide(Request request, String id) {
    return withFields(
        request,
        fields -> {
          Caller caller = caller(request, fields);
          List<Violation> broken = new ArrayList<>();
          Optional<DecisionForm> form = form(fields, caller, id, broken);
          DeskAnswer answer =
              form.isPresent() && broken.isEmpty()
                  ? desk.decide(caller, id, form.get())
                  : new DeskAnswer.Invalid(broken);
          if (answer instanceof DeskAnswer.Invalid(var violations)) {
            return again(request, id, fields, "INVALID", 400, violations);
          }
          if (answer instanceof DeskAnswer.EditDenied(var _, var why)) {
            var denied = new Violation("edits", "The rules do not allow this change: " + why);
            return again(request, id, fields, "EDIT_DENIED", 422, List.of(denied));
          }
          return answers.decided(request, answer, asker(fields));
        });
  }

  /** Nothing was recorded: the question again, with what was wrong and all that was typed. */
  private Response again(
      Request request,
      String id,
      Fields fields,
      String code,
      int status,
      List<Violation> violations) {
    DeskAnswer now = desk.view(caller(request, fields), id);
    // Whoever has no good link hears of no field either.
    if (now.seen().isEmpty()) return answers.look(request, now, asker(fields));
    List<Form.Problem> problems =
        violations.stream().map(each -> new Form.Problem(each.field(), sentence(each))).toList();
    var typed =
        new Form.Entered(fields.text("comment"), fields.text("reason"), fields.text("confirm"));
    var asker = new ApprovalAnswers.Asker(token(fields), Shown.of(fields), problems, typed);
    return answers.again(request, now, asker, code, status);
  }

  private static String sentence(Violation violation) {
    return switch (violation.field()) {
      case "comment" -> "The reason " + violation.rule() + ".";
      case "confirmation" -> "The text to type " + violation.rule() + ".";
      default -> violation.rule();
    };
  }

  private Optional<DecisionForm> form(
      Fields fields, Caller caller, String id, List<Violation> broken) {
    Optional<Decision.Choice> choice = Choices.of(fields.text("decision"));
    if (choice.isEmpty()) broken.add(new Violation("decision", "Choose what you decide."));
    refuseRobots(fields, broken);
    boolean isNo = choice.filter(ApprovalRoutes::isNo).isPresent();
    if (!isNo && !fields.isTicked("read")) {
      broken.add(new Violation("read", "Tick that you have read it."));
    }
    if (choice.isEmpty() || !broken.isEmpty()) return Optional.empty();
    Optional<ObjectNode> edits = edits(fields, caller, id, broken);
    return Optional.of(
        new DecisionForm(
            version(fields),
            choice.get(),
            fields.text("digest"),
            fields.text("nonce"),
            choice.get() == Decision.Choice.APPROVE ? fields.text("comment") : reason(fields),
            fields.text("confirm").isEmpty() ? ApprovalView.UNDERSTOOD : fields.text("confirm"),
            edits));
  }

  /** No person sees this box: whoever ticks it ticks everything. */
  private static void refuseRobots(Fields fields, List<Violation> broken) {
    if (!fields.text("robot").isEmpty()) {
      broken.add(new Violation("robot", "This answer looks like a program's, not a person's."));
    }
  }

  private static boolean isNo(Decision.Choice choice) {
    return choice == Decision.Choice.REJECT || choice == Decision.Choice.REJECT_AND_STOP;
  }

  private static String reason(Fields fields) {
    String preset = fields.text("preset");
    String text = fields.text("reason").strip();
    if (preset.isEmpty()) return text;
    return text.isEmpty() ? preset : preset + ": " + text;
  }

  private Optional<ObjectNode> edits(
      Fields fields, Caller caller, String id, List<Violation> broken) {
    if (!fields.text("decision").equals(Choices.WITH_CHANGES)) return Optional.empty();
    Optional<ApprovalView> seen = desk.view(caller, id).seen();
    if (seen.isEmpty()) return Optional.empty();
    Edits edits = Edits.of(seen.get().approval().action(), fields.edits());
    broken.addAll(edits.broken());
    if (edits.changed().isEmpty() && edits.broken().isEmpty()) {
      broken.add(
          new Violation("edits", "Nothing was changed. To approve it as it is, choose Approve."));
    }
    return Optional.of(edits.changed());
  }

  private static long version(Fields fields) {
    try {
      return Long.parseLong(fields.text("version"));
    } catch (NumberFormatException none) {
      return -1; // No version is negative: the answer is that it changed.
    }
  }

  private static ApprovalAnswers.Asker asker(Fields fields) {
    return new ApprovalAnswers.Asker(
        token(fields), Shown.of(fields), List.of(), Form.Entered.NOTHING);
  }

  private static Caller caller(Request request, Fields fields) {
    Optional<String> person = request.sender().person();
    String task = fields.text("task");
    boolean isSignedIn = token(fields).isEmpty() && person.isPresent() && TaskId.isLegal(task);
    return isSignedIn
        ? new Caller.Person(person.get(), new TaskId(task))
        : new Caller.Bearer(token(fields), request.sender().address());
  }

  /** The token, or a whole link that was pasted. */
  private static String token(Fields fields) {
    String text = fields.text(TOKEN).strip();
    int mark = text.indexOf("#t=");
    String token = mark < 0 ? text : text.substring(mark + 3);
    return token.length() <= TOKEN_CHARS_MAX ? token : "";
  }

  @FunctionalInterface
  private interface Deed {
    Response with(Fields fields);
  }

  private Response withFields(Request request, Deed deed) {
    if (request.isFromElsewhere()) {
      return answers.problem(
          request,
          Problem.of(
              403,
              "CROSS_SITE",
              "This came from another site",
              "Nothing was recorded. Open the link from your message."));
    }
    return switch (Fields.of(request)) {
      case Fields.Read(Fields fields) -> deed.with(fields);
      case Fields.Unreadable(Problem problem) -> answers.problem(request, problem);
    };
  }
}
