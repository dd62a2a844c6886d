package dev.treadle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GateTest {
  private record Nothing() {}

  private static Judgement judged(Gate gate, Tool tool) {
    return gate.judge(Gate.Subject.of(tool, Optional.empty(), false));
  }

  private static String kind(Judgement judgement) {
    return switch (judgement.ruling()) {
      case Gate.Ruling.Allow _ -> "ALLOW";
      case Gate.Ruling.Ask _ -> "ASK";
      case Gate.Ruling.Deny _ -> "DENY";
    };
  }

  private static Tool tool(String name, Effect effect, BlastRadius radius) {
    java.time.Duration window =
        effect == Effect.IDEMPOTENT ? java.time.Duration.ofHours(1) : java.time.Duration.ZERO;
    Tool.Terms terms =
        new Tool.Terms(
            java.time.Duration.ofSeconds(20),
            window,
            0,
            Optional.of("undo it"),
            Optional.empty(),
            false);
    return new Tool(
        name,
        "",
        Schema.of(Nothing.class),
        effect,
        radius,
        terms,
        Tool.Review.plain(name),
        Optional.empty(),
        Optional::empty,
        Outward.UNSAID,
        (_, _) -> ToolOutcome.succeeded(""));
  }

  @ParameterizedTest
  @CsvSource({
    "read_file,                READ_ONLY,    NONE,      ALLOW",
    "search_web,               READ_ONLY,    NONE,      ALLOW",
    "write_draft,              REVERSIBLE,   LOW,       ALLOW",
    "send_email,               IRREVERSIBLE, MEDIUM,    ASK",
    "post_to_social_media,     IRREVERSIBLE, HIGH,      ASK",
    "delete_records,           IRREVERSIBLE, HIGH,      ASK",
    "approve_payment,          IRREVERSIBLE, VERY_HIGH, ASK",
    "change_production_config, IRREVERSIBLE, VERY_HIGH, ASK"
  })
  void theStandardTableAsksBeforeWhatCannotBeUndone(
      String name, Effect effect, BlastRadius radius, String ruling) {
    assertThat(kind(judged(Gate.STANDARD, tool(name, effect, radius)))).isEqualTo(ruling);
  }

  @Test
  void whatCanBeRepeatedOrUndoneIsAskedFromMediumReachOn() {
    for (Effect effect : new Effect[] {Effect.IDEMPOTENT, Effect.REVERSIBLE}) {
      for (BlastRadius radius : BlastRadius.values()) {
        assertThat(kind(judged(Gate.STANDARD, tool("t", effect, radius))))
            .isEqualTo(radius.compareTo(BlastRadius.MEDIUM) < 0 ? "ALLOW" : "ASK");
      }
    }
  }

  @Test
  void anAuthorsRulingForAToolComesFirst() {
    Tool send = tool("send", Effect.IRREVERSIBLE, BlastRadius.VERY_HIGH);
    Tool read = tool("read", Effect.READ_ONLY, BlastRadius.NONE);

    Gate gate = Gate.STANDARD.with("send", Gate.Ruling.ALLOW).with("read", Gate.Ruling.DENY);

    assertThat(judged(gate, send).ruling()).isEqualTo(Gate.Ruling.ALLOW);
    assertThat(judged(gate, read).ruling()).isEqualTo(Gate.Ruling.DENY);
  }
}
