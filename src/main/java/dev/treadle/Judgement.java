package dev.treadle;

import java.util.ArrayList;
import java.util.List;

/**
 * What a gate said about one action, and why.
 *
 * @param ruleIds the rules that decided
 * @param why in plain words, for the person who is asked and for the model that is refused
 */
public record Judgement(Gate.Ruling ruling, List<String> ruleIds, String why) {
  public Judgement {
    ruleIds = List.copyOf(ruleIds);
  }

  /** At least a question of this severity, for one more reason; a denial stays one. */
  public Judgement asking(String ruleId, Severity severity, String words) {
    Gate.Ruling stricter =
        switch (ruling) {
          case Gate.Ruling.Allow _ -> Gate.Ruling.Ask.USUAL.atLeast(severity);
          case Gate.Ruling.Ask ask -> ask.atLeast(severity);
          case Gate.Ruling.Deny deny -> deny;
        };
    List<String> ids = new ArrayList<>(ruleIds);
    ids.add(ruleId);
    return new Judgement(stricter, ids, why + " " + words);
  }
}
