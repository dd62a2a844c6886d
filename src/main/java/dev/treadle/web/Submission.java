package dev.treadle.web;

import dev.treadle.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What an identified person sends to the JSON API or by a form, or why it is not looked at. */
final class Submission {
  static final Problem SIGN_IN =
      Problem.of(401, "SIGN_IN", "Tasks are for people who signed in", "Sign in and try again.");
  static final Problem ELSEWHERE =
      Problem.of(
          403, "FOREIGN_SITE", "Nothing was changed", "The request came from another site's page.");
  private static final Problem NOT_JSON =
      Problem.of(
          415, "MEDIA_TYPE", "This cannot be read", "content-type must be " + Fields.JSON + ".");
  private static final int REASON_CHARS_MAX = 500;

  private Submission() {}

  /** What is done with fields that could be read. */
  interface Doing {
    Response with(String who, Fields fields);
  }

  /**
   * Does something with what an identified person sent from our own pages or by a program.
   *
   * @param known all that it may carry: a field with a slip in its name would be lost in silence
   */
  static Response of(Request request, List<Endpoint.Field> known, Doing doing) {
    Optional<String> person = request.sender().person();
    if (person.isEmpty()) return SIGN_IN.response();
    if (request.isFromElsewhere()) return ELSEWHERE.response();
    // A form that another site's page holds could be posted without being asked; JSON could not.
    if (!request.mediaType().equals(Fields.JSON)) return NOT_JSON.response();
    return switch (Fields.of(request)) {
      case Fields.Read(Fields fields) -> {
        List<Violation> unknown = unknown(fields, known);
        yield unknown.isEmpty()
            ? doing.with(who(person.get()), fields)
            : invalid(unknown).response();
      }
      case Fields.Unreadable(Problem problem) -> problem.response();
    };
  }

  /** The same for a form of our own pages, which are also where the person reads why not. */
  static Response ofForm(Request request, Pages pages, Doing doing) {
    Optional<String> person = request.sender().person();
    if (person.isEmpty()) return pages.refusal(SIGN_IN);
    if (request.isFromElsewhere()) return pages.refusal(ELSEWHERE);
    return switch (Fields.of(request)) {
      case Fields.Read(Fields fields) -> doing.with(who(person.get()), fields);
      case Fields.Unreadable(Problem problem) -> pages.refusal(problem);
    };
  }

  private static List<Violation> unknown(Fields fields, List<Endpoint.Field> known) {
    List<String> names = known.stream().map(Endpoint.Field::name).toList();
    return fields.byName().keySet().stream()
        .filter(name -> !names.contains(name))
        .sorted()
        .map(name -> new Violation(name, "must be one of " + String.join(", ", names)))
        .toList();
  }

  private static String who(String person) {
    return "person:" + person;
  }

  /** Why they do it; each deed needs to say that. */
  static String reason(Fields fields, List<Violation> violations) {
    String why = fields.text("reason").strip();
    if (why.isEmpty() || why.length() > REASON_CHARS_MAX) {
      violations.add(
          new Violation(
              "reason", "must say why, in at most %d characters".formatted(REASON_CHARS_MAX)));
    }
    return why;
  }

  static Problem invalid(List<Violation> violations) {
    return new Problem(
        400,
        "INVALID",
        "Nothing was changed",
        String.join("; ", violations.stream().map(Violation::toString).toList()),
        new ArrayList<>(violations));
  }
}
