package dev.treadle.web;

import dev.treadle.approval.DeskAnswer;
import dev.treadle.bench.Measure;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Renders the approval page of a waiting request, whole, as the function does for each look. */
public final class PageSpeed {
  private static final int WARM = 3_000;
  private static final int TIMES = 2_000;

  private PageSpeed() {}

  public static List<Measure> measure() {
    ApprovalAnswers answers = new ApprovalAnswers(Pages.reflecting(), () -> Samples.NOW);
    ApprovalAnswers.Asker asker = ApprovalAnswers.Asker.of("token");
    Request request =
        new Request(
            "POST",
            "/approvals/" + Samples.ID,
            Map.of(),
            Map.of(),
            "",
            new Request.Sender("127.0.0.1", Optional.empty()));
    DeskAnswer open = Samples.states().get("open");
    Response page = answers.look(request, open, asker);
    var _ = render(answers, request, open, asker, WARM);
    double millis = render(answers, request, open, asker, TIMES);
    int bytes = page.body().getBytes(StandardCharsets.UTF_8).length;
    return List.of(
        Measure.alone("approval page: rendering", millis, 2, "ms", ""),
        Measure.alone("approval page: weight", bytes / 1_000.0, 1, "KB", "≤ 60 KB"));
  }

  private static double render(
      ApprovalAnswers answers,
      Request request,
      DeskAnswer open,
      ApprovalAnswers.Asker asker,
      int times) {
    long length = 0;
    long begin = System.nanoTime();
    for (int i = 0; i < times; i++) length += answers.look(request, open, asker).body().length();
    double millis = (System.nanoTime() - begin) / 1e6 / times;
    if (length == 0) throw new IllegalStateException("the page was empty");
    return millis;
  }
}
