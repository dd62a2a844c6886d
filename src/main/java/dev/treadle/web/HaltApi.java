package dev.treadle.web;

import dev.treadle.Json;
import dev.treadle.Violation;
import dev.treadle.engine.Halt;
import dev.treadle.engine.Halts;
import dev.treadle.engine.KillSwitch;
import java.util.ArrayList;
import java.util.List;

/** The JSON API of the kill switch. */
final class HaltApi {
  private static final List<Endpoint.Field> FIELDS =
      List.of(
          Endpoint.Field.needed("what", Halt.RULE + "; `things` lists all that there is."),
          Endpoint.Field.needed("reason", "Kept with the halt, with who said it."));
  private final KillSwitch kill;

  HaltApi(KillSwitch kill) {
    this.kill = kill;
  }

  /**
   * What is halted.
   *
   * @param lifted of late, the last one first
   * @param things all that can be halted
   */
  record HaltsDocument(
      List<HaltDocument> standing, List<LiftDocument> lifted, List<String> things) {}

  /** A halt that stands. */
  record HaltDocument(String what, String by, String why, String at) {
    static HaltDocument of(Halt halt) {
      return new HaltDocument(halt.what(), halt.by(), halt.why(), halt.at().toString());
    }
  }

  /** A halt that is over. */
  record LiftDocument(HaltDocument halt, String by, String why, String at) {
    static LiftDocument of(Halts.Lift lift) {
      Halt word = lift.by();
      return new LiftDocument(
          HaltDocument.of(lift.halt()), word.by(), word.why(), word.at().toString());
    }
  }

  List<Endpoint> table() {
    return List.of(
        new Endpoint(
            "GET",
            "/api/halts",
            "listHalts",
            "What people have halted, and what was lifted of late.",
            List.of(),
            HaltsDocument.class,
            (request, _) ->
                request.sender().person().isEmpty()
                    ? Submission.SIGN_IN.response()
                    : answer(kill.halts())),
        new Endpoint(
            "POST",
            "/api/halts",
            "halt",
            "The kill switch: stops everything, one agent or one tool before its next step or call.",
            FIELDS,
            HaltsDocument.class,
            (request, _) -> changed(request, kill::halt)),
        new Endpoint(
            "POST",
            "/api/halts/lift",
            "lift",
            "Lets what was halted go on.",
            FIELDS,
            HaltsDocument.class,
            (request, _) -> changed(request, kill::lift)));
  }

  /** One of the two ways of the switch. */
  interface Turn {
    KillSwitch.Answer to(String what, String by, String why);
  }

  private Response changed(Request request, Turn turn) {
    return Submission.of(
        request,
        FIELDS,
        (who, fields) -> {
          List<Violation> violations = violations(fields);
          if (!violations.isEmpty()) return Submission.invalid(violations).response();
          return switch (turn.to(fields.text("what"), who, fields.text("reason").strip())) {
            case KillSwitch.Changed(Halts halts) -> answer(halts);
            case KillSwitch.Refused(String why) ->
                Problem.of(409, "REFUSED", "Nothing was changed", why).response();
          };
        });
  }

  static List<Violation> violations(Fields fields) {
    List<Violation> violations = new ArrayList<>();
    if (!Halt.isLegal(fields.text("what"))) {
      violations.add(new Violation("what", "must be " + Halt.RULE));
    }
    var _ = Submission.reason(fields, violations);
    return violations;
  }

  private Response answer(Halts halts) {
    HaltsDocument document =
        new HaltsDocument(
            halts.standing().stream().map(HaltDocument::of).toList(),
            halts.lifted().stream().map(LiftDocument::of).toList(),
            kill.things());
    return Response.json(200, Json.write(document));
  }
}
