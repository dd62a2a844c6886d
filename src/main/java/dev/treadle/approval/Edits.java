package dev.treadle.approval;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.CanonicalJson;
import dev.treadle.Gate;
import dev.treadle.Judgement;
import dev.treadle.Tool;
import dev.treadle.Violation;
import dev.treadle.engine.AgentCatalog;
import dev.treadle.engine.Approval;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Turns a person's changes into another action: checked, and judged by the policy of today. */
final class Edits {
  private final AgentCatalog agents;
  private final Views views;
  private final InstantSource clock;

  Edits(AgentCatalog agents, Views views, InstantSource clock) {
    this.agents = agents;
    this.views = views;
    this.clock = clock;
  }

  sealed interface Edit {}

  /** The changes change nothing. */
  record Same() implements Edit {}

  record Refused(DeskAnswer no) implements Edit {}

  /**
   * Another action.
   *
   * @param question about it, which nobody has answered
   * @param isSeverer it needs more than the question that the editor was shown
   */
  record Edited(Approval question, boolean isSeverer) implements Edit {}

  Edit of(Reading reading, ObjectNode changes) {
    Approval approval = reading.approval();
    Optional<Tool> tool =
        agents.find(reading.task().type()).flatMap(agent -> agent.tool(approval.tool()));
    if (tool.isEmpty()) {
      return invalid(List.of(new Violation("edits", "the tool " + approval.tool() + " is gone")));
    }
    List<Violation> broken = new ArrayList<>();
    ObjectNode edited = merged(approval, tool.get(), changes, broken);
    broken.addAll(tool.get().input().violations(edited));
    if (!broken.isEmpty()) return invalid(broken);
    if (CanonicalJson.digest(edited).equals(approval.action().argumentsDigest())) {
      return new Same();
    }
    return judged(reading, tool.get(), edited);
  }

  private static Edit invalid(List<Violation> broken) {
    return new Refused(new DeskAnswer.Invalid(broken));
  }

  private static ObjectNode merged(
      Approval approval, Tool tool, ObjectNode changes, List<Violation> broken) {
    ObjectNode edited =
        approval.action().arguments() instanceof ObjectNode object
            ? object.deepCopy()
            : dev.treadle.Json.object();
    changes.forEachEntry((field, value) -> {
      if (tool.review().fixed().contains(field)) {
        broken.add(new Violation(field, "may not be changed"));
      } else {
        edited.set(field, value.deepCopy());
      }
    });
    return edited;
  }

  private Edit judged(Reading reading, Tool tool, ObjectNode edited) {
    Approval approval = reading.approval();
    Gate gate = agents.find(reading.task().type()).orElseThrow().gate();
    Approval.Grounds grounds = approval.grounds();
    Judgement judgement =
        gate.judge(
            Gate.Subject.of(tool, Optional.ofNullable(grounds.confidence()), grounds.tainted()));
    return switch (judgement.ruling()) {
      case Gate.Ruling.Deny _ ->
          new Refused(
              new DeskAnswer.EditDenied(views.of(reading, clock.instant()), judgement.why()));
      case Gate.Ruling.Ask ask -> edited(approval, tool, edited, judgement, ask);
      // A person was asked about the action as it was: that stays so for the edited one.
      case Gate.Ruling.Allow _ -> edited(approval, tool, edited, judgement, Gate.Ruling.Ask.USUAL);
    };
  }

  private Edit edited(
      Approval approval, Tool tool, ObjectNode edited, Judgement judgement, Gate.Ruling.Ask ask) {
    var now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    Approval question = approval.edited(tool, edited, judgement, ask, now);
    boolean isSeverer =
        question.grounds().severity() != approval.grounds().severity()
            || !question.terms().quorum().equals(approval.terms().quorum());
    return new Edited(question, isSeverer);
  }
}
