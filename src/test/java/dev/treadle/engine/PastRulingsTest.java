package dev.treadle.engine;

import static dev.treadle.engine.Script.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.Agent;
import dev.treadle.BlastRadius;
import dev.treadle.Gate;
import dev.treadle.Json;
import dev.treadle.Outward;
import dev.treadle.Quorum;
import dev.treadle.Severity;
import dev.treadle.Tool;
import dev.treadle.ToolOutcome;
import dev.treadle.approval.Caller;
import dev.treadle.approval.DeskAnswer;
import dev.treadle.approval.Panel;
import dev.treadle.engine.PastRuling.Word;
import dev.treadle.engine.Script.Move;
import java.util.List;
import org.junit.jupiter.api.Test;

class PastRulingsTest {
  private static World world() {
    World world =
        new World(
            Script.moves(
                Move.of(call("c1", "keep", "a"), call("c2", "look", "b")).sure(0.9),
                Move.of(call("c3", "pay", "bill 7")),
                Move.complete()));
    world.human = world::approveAll;
    world.play();
    return world;
  }

  private static List<PastRuling> today(World world, Gate gate, Tool... tools) {
    Agent.Builder builder = Agent.named("clerk").instructions("Do it.").gate(gate);
    for (Tool tool : tools) builder.tool(tool);
    return new PastRulings(world.table, new AgentCatalog(List.of(builder.build())), world)
        .of(world.task());
  }

  private static List<PastRuling> today(World world, Gate gate) {
    return today(world, gate, world.outside.keep(), world.outside.look(), world.outside.pay());
  }

  @Test
  void thePolicyOfThenRulesAsThen() {
    List<PastRuling> rulings = today(world(), Gate.STANDARD);

    assertThat(rulings).extracting(PastRuling::tool).containsExactly("keep", "pay");
    assertThat(rulings).noneMatch(PastRuling::differs);
    assertThat(rulings.get(0).then().word()).isEqualTo(Word.ALLOW);
    assertThat(rulings.get(1).then().ruleIds()).isEqualTo(rulings.get(1).now().ruleIds());
  }

  @Test
  void whatAStricterPolicyWouldHaveAskedOrDeniedDiffers() {
    World world = world();
    List<PastRuling> rulings =
        today(world, Gate.STANDARD.with("keep", Gate.Ruling.ASK).with("pay", Gate.Ruling.DENY));

    assertThat(rulings).allMatch(PastRuling::differs);
    assertThat(rulings).extracting(each -> each.now().word()).containsExactly(Word.ASK, Word.DENY);
    assertThat(rulings.getFirst().now().ruleIds()).containsExactly("tool:keep");
    assertThat(rulings.getFirst().now().why()).isNotBlank();
    assertThat(world.table.ledger(World.ID)).hasSize(2);
  }

  @Test
  void oneMoreWhoMustAgreeDiffersAndALooserPolicyToo() {
    World world = world();
    Gate.Ruling two = Gate.Ruling.Ask.USUAL.of(new Quorum(2, false));

    PastRuling more = today(world, Gate.STANDARD.with("pay", two)).getLast();
    PastRuling none = today(world, Gate.STANDARD.with("pay", Gate.Ruling.ALLOW)).getLast();

    assertThat(more.differs()).isTrue();
    assertThat(more.then().approvals()).isEqualTo(1);
    assertThat(more.now().approvals()).isEqualTo(2);
    assertThat(none.differs()).isTrue();
    assertThat(none.now().word()).isEqualTo(Word.ALLOW);
  }

  @Test
  void anActionIsJudgedWithTheConfidenceOfItsStep() {
    World world =
        new World(
            Script.moves(
                Move.of(call("c1", "send", "a")).sure(0.2),
                Move.of(call("c2", "send", "b")).sure(0.9),
                Move.complete()));
    world.human = world::approveAll;
    world.play();

    List<PastRuling> rulings =
        today(world, Gate.STANDARD.with("send", Gate.Ruling.ALLOW), world.outside.send());

    assertThat(rulings).noneMatch(PastRuling::differs);
    assertThat(rulings).extracting(each -> each.now().word()).containsExactly(Word.ASK, Word.ALLOW);
  }

  @Test
  void whereTheTrustedInputPointedIsTrustedAsThen() {
    Tool news =
        Tool.readOnly(
                "news",
                "Reads what strangers wrote.",
                Outside.Text.class,
                (_, _) -> ToolOutcome.succeeded("hello"))
            .bringingOutsideText();
    Tool share =
        Tool.irreversible(
                "share",
                "Shares with somebody.",
                BlastRadius.LOW,
                Outside.Text.class,
                (_, _) -> ToolOutcome.succeeded("shared"))
            .reaching(Outward.by("text"));
    World world =
        new World(
            Script.moves(
                Move.of(call("c1", "news", "today")),
                Move.of(call("c2", "share", "bills")), // As the input says.
                Move.complete()),
            builder -> builder.tool(news).tool(share));
    world.human = world::approveAll;
    world.play();

    assertThat(today(world, Gate.STANDARD, news, share))
        .singleElement()
        .matches(ruling -> !ruling.differs());
  }

  @Test
  void aToolThatIsGoneIsAskedAboutAndAnAgentThatIsGoneIsNotJudged() {
    World world = world();

    PastRuling paid = today(world, Gate.STANDARD, world.outside.keep()).getLast();
    PastRuling unknown =
        new PastRulings(world.table, new AgentCatalog(List.of()), world).of(world.task()).getLast();

    assertThat(paid.now().word()).isEqualTo(Word.ASK);
    assertThat(paid.now().severity()).isGreaterThanOrEqualTo(Severity.HIGH);
    assertThat(unknown.now()).isNull();
    assertThat(unknown.differs()).isFalse();
  }

  @Test
  void anEditedActionIsJudgedOnceAsItWasProposed() {
    World world = new World(Script.moves(Move.of(call("c1", "pay", "bill 7")), Move.complete()));
    world.play();
    Caller ann = new Caller.Person("ann", World.ID);
    String id = world.openApproval().id();
    var page = (DeskAnswer.Open) world.people.desk().view(ann, id);
    world.people.desk().decide(ann, id, Panel.edited(page, Json.object().put("text", "bill 8")));
    world.run();
    assertThat(world.table.ledger(World.ID)).hasSize(2);

    assertThat(today(world, Gate.STANDARD)).hasSize(1).noneMatch(PastRuling::differs);
  }
}
