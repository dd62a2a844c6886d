package dev.treadle.lambda;

import dev.treadle.engine.Approval;
import dev.treadle.web.ApprovalMessage;
import java.util.ArrayList;
import java.util.List;

/** The links that went out, and what was said of who was not reached. */
public record Heard(List<String> links, List<String> failures) implements Notifier.Witness {
  public Heard() {
    this(new ArrayList<>(), new ArrayList<>());
  }

  @Override
  public void told(Approval approval, ApprovalMessage message) {
    links.add(message.link());
  }

  @Override
  public void failed(Approval approval, String why) {
    failures.add(why);
  }
}
