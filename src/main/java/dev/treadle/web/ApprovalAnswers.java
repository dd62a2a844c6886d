package dev.treadle.web;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.Json;
import dev.treadle.approval.ApprovalView;
import dev.treadle.approval.DeskAnswer;
import dev.treadle.engine.Approval;
import dev.treadle.engine.Decision.Choice;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Turns the desk's answers into pages, and into JSON with the same page inside. */
final class ApprovalAnswers {
  private static final List<String> PRESETS =
      List.of(
          "Unauthorized scope",
          "Suspicious arguments",
          "Wrong environment",
          "Wrong facts",
          "Wrong tone",
          "Not now",
          "Duplicate");
  private final Pages pages;
  private final InstantSource clock;

  ApprovalAnswers(Pages pages, InstantSource clock) {
    this.pages = pages;
    this.clock = clock;
  }

  /**
   * What the person brought along, which goes into the next form.
   *
   * @param shown what their page said
   * @param problems with what they sent
   * @param typed what they had typed
   */
  record Asker(String token, Shown shown, List<Form.Problem> problems, Form.Entered typed) {
    /** Somebody who looks for the first time. */
    static Asker of(String token) {
      return new Asker(token, Shown.NOTHING, List.of(), Form.Entered.NOTHING);
    }
  }

  Response loading(String id) {
    return Response.html(200, pages.loading(id));
  }

  Response look(Request request, DeskAnswer answer, Asker asker) {
    Optional<PageState> state = PageStates.of(answer, reader(request, asker));
    return state.isPresent()
        ? shown(request, answer, state.get(), asker, state.get().look())
        : nothingShown(request, answer);
  }

  Response decided(Request request, DeskAnswer answer, Asker asker) {
    Optional<PageState> state = PageStates.of(answer, reader(request, asker));
    return state.isPresent()
        ? shown(request, answer, state.get(), asker, state.get().decision())
        : nothingShown(request, answer);
  }

  /** The question once more, because of what was wrong with an answer to it. */
  Response again(Request request, DeskAnswer now, Asker asker, String code, int status) {
    PageState state = PageStates.of(now, reader(request, asker)).orElseThrow();
    if (!isApi(request)) return shown(request, now, state, asker, status);
    Problem problem =
        Problem.of(status, code, "Nothing was recorded yet", "Something in the answer is missing.");
    ObjectNode document = problem.document();
    var errors = document.putArray("errors");
    for (Form.Problem each : asker.problems()) {
      errors.addObject().put("field", each.field()).put("rule", each.rule());
    }
    return problem.response(document);
  }

  private Response shown(
      Request request, DeskAnswer answer, PageState state, Asker asker, int status) {
    ApprovalView view = answer.seen().orElseThrow();
    Instant now = clock.instant();
    SheetWriter writer = new SheetWriter(view, now);
    Optional<Form> form = state.nonce().map(nonce -> form(view, nonce, asker, writer));
    String fragment =
        pages.sheet(writer.write(state, form, asker, request.sender().person().isPresent()));
    String title = state.word() + ": " + Legible.plain(writer.title());
    if (!isApi(request)) return Response.html(status, pages.page(title, fragment));
    ObjectNode document =
        status < 400
            ? Json.object().put("code", state.code())
            : Problem.of(status, state.code(), state.word(), words(state)).document();
    document.put("page_title", title).put("html", fragment);
    document.put("version", view.approval().version());
    document.put("digest", view.approval().action().argumentsDigest());
    state.nonce().ifPresent(nonce -> document.put("nonce", nonce));
    if (state.pollSeconds() > 0) document.put("poll_after_seconds", state.pollSeconds());
    String text = Json.write(document);
    return status < 400
        ? Response.json(status, text)
        : Response.of(status, "application/problem+json", text);
  }

  private static PageStates.Reader reader(Request request, Asker asker) {
    return new PageStates.Reader(asker.shown(), request.sender().person().isPresent());
  }

  private static String words(PageState state) {
    return state.notice().map(Sheet.Notice::words).orElse(state.word());
  }

  private static Form form(ApprovalView view, String nonce, Asker asker, SheetWriter writer) {
    Approval approval = view.approval();
    var marks =
        new Form.Marks(
            asker.token(),
            nonce,
            approval.version(),
            approval.action().argumentsDigest(),
            approval.expiresAt(),
            approval.votes().size());
    Form.Question question =
        switch (approval.kind()) {
          case ACTION -> approving(view, writer);
          case OUTCOME -> new Form.Outcome(view.choices().contains(Choice.RUN_IT));
        };
    return new Form(marks, question, asker.problems(), asker.typed());
  }

  private static Form.Approval approving(ApprovalView view, SheetWriter writer) {
    Approval approval = view.approval();
    String required = view.requiredConfirmation();
    boolean isTyped = !required.isEmpty() && !required.equals(ApprovalView.UNDERSTOOD);
    return new Form.Approval(
        Legible.plain(writer.title()),
        isTyped ? Optional.of(required) : Optional.empty(),
        approval.action().effect() == dev.treadle.Effect.IRREVERSIBLE,
        approval.grounds().severity().compareTo(dev.treadle.Severity.HIGH) >= 0,
        view.mayEdit() ? Edits.offered(approval.action()) : List.of(),
        PRESETS);
  }

  /** The whole action as plain text, for what is too long for the page. */
  Response action(Request request, DeskAnswer answer) {
    Optional<ApprovalView> view = answer.seen();
    if (view.isEmpty()) return nothingShown(request, answer);
    return Response.html(200, pages.page("The whole action", pages.action(view.get().approval())));
  }

  private Response nothingShown(Request request, DeskAnswer answer) {
    if (answer instanceof DeskAnswer.TooManyAttempts(Duration after)) {
      return problem(
              request,
              Problem.of(
                  429,
                  "TOO_MANY_ATTEMPTS",
                  "Too many attempts",
                  "Wait " + Times.span(after) + ", then open the link from your message again."))
          .with("retry-after", Long.toString(Math.max(1, after.toSeconds())));
    }
    return answer instanceof DeskAnswer.StoreUnavailable
        ? unavailable(request)
        : problem(request, UNKNOWN);
  }

  /**
   * Without a script, the page itself keeps what was sent, so that sending it again is one press.
   */
  private Response unavailable(Request request) {
    if (isApi(request) || !(Fields.of(request) instanceof Fields.Read(Fields sent))) {
      return problem(request, UNAVAILABLE);
    }
    String fragment =
        pages.again(UNAVAILABLE.title(), UNAVAILABLE.detail(), request.path(), sent.byName());
    return Response.html(UNAVAILABLE.status(), pages.page(UNAVAILABLE.title(), fragment));
  }

  Response problem(Request request, Problem problem) {
    String fragment = pages.message(problem.title(), problem.detail());
    if (!isApi(request)) {
      return Response.html(problem.status(), pages.page(problem.title(), fragment));
    }
    ObjectNode document = problem.document();
    if (problem.violations().isEmpty()) {
      document.put("page_title", problem.title()).put("html", fragment);
    }
    return problem.response(document);
  }

  private static boolean isApi(Request request) {
    return request.path().startsWith("/api/");
  }

  private static final Problem UNAVAILABLE =
      Problem.of(
          503,
          "STORE_UNAVAILABLE",
          "Nothing was recorded",
          "Something on our side did not answer. Send it again: it counts once.");
  private static final Problem UNKNOWN =
      Problem.of(
          404,
          "NOT_FOUND",
          "This link is not valid",
          "Open the newest message about the request and use the whole link in it. If that does not"
              + " help, ask whoever sent you here.");
}
