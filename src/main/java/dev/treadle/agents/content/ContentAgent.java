package dev.treadle.agents.content;

import com.fasterxml.jackson.databind.JsonNode;
import dev.treadle.Agent;
import dev.treadle.BlastRadius;
import dev.treadle.Description;
import dev.treadle.DriftPolicy;
import dev.treadle.Limits;
import dev.treadle.Phase;
import dev.treadle.Preview;
import dev.treadle.Tool;
import dev.treadle.ToolOutcome;
import dev.treadle.tool.HttpPost;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Drafts an article, reviews it by other instructions, and publishes it when a person has approved
 * it. What the person changed is what is published, once.
 */
public final class ContentAgent {
  public static final String NAME = "content";
  private static final String PUBLISH = "publish";
  private static final String INSTRUCTIONS =
      """
      You help a small newsroom. An article claims nothing that the facts of the input do not say.
      """;
  private static final Phase DRAFT =
      Phase.named(
          "draft",
          """
          You are the writer. Write the article for the readers of the input: what matters to them
          first, short sentences, no praise. Keep it in working memory under article, by report_step,
          and call complete_phase.
          """);
  private static final Phase REVIEW =
      Phase.named(
          "review",
          """
          You are the editor. You did not write the article in working memory, and your name stands
          for it. Doubt each sentence: which fact says so? What will a reader ask that it leaves
          open? Call check_text with the article and the facts of the input. Write again what you or
          check_text found, keep the article in working memory, and check it again. When nothing is
          left, call complete_phase with what you changed.
          """);
  private static final Phase PUBLISHING =
      Phase.named(
          "publish",
          """
          Call publish with the article of working memory, unchanged. A person decides about it and
          may change it. If it is not allowed and the reason can be met, write it again and ask once
          more. Then call complete_task, without a url when it was not allowed.
          """);

  /** How long the site remembers a key. */
  private static final Duration REMEMBERED = Duration.ofHours(24);

  private final HttpPost post;
  private final URI site;

  /**
   * The agent.
   *
   * @param site takes an {@link Article} as JSON, answers with its {@code url} and {@code title},
   *     and publishes requests of equal keys once, for a day
   */
  public ContentAgent(HttpPost post, URI site) {
    this.post = post;
    this.site = site;
  }

  /** Arguments of check_text. */
  public record ToCheck(
      @Description("The article of working memory, as it is") Article article,
      @Description("The facts of the input, as they are") List<String> facts) {}

  /** What check_text found. */
  record Checked(List<String> findings) {}

  public Agent agent() {
    return Agent.named(NAME)
        .instructions(INSTRUCTIONS)
        .input(ContentInput.class)
        .output(ContentOutcome.class)
        .phase(DRAFT)
        .phase(REVIEW)
        .phase(PUBLISHING)
        .limits(Limits.DEFAULT.withMaxIterations(3 * Phase.DEFAULT_MAX_ITERATIONS))
        .tool(checkText())
        .tool(publish())
        .drift(DriftPolicy.deliveredBy(PUBLISH))
        .build();
  }

  private static Tool checkText() {
    return Tool.readOnly(
        "check_text",
        "Says what is too long or too short, and which numbers stand in no fact.",
        ToCheck.class,
        (asked, _) ->
            ToolOutcome.succeeded(new Checked(TextCheck.findings(asked.article(), asked.facts()))));
  }

  private Tool publish() {
    HttpPost.Target target =
        new HttpPost.Target(
            PUBLISH,
            "Publishes an article for everybody to read.",
            site,
            BlastRadius.HIGH,
            Article.class,
            Map.of());
    return post.idempotent(target, REMEMBERED)
        .shownAs(new Tool.Review(this::title, this::preview, Set.of()));
  }

  private String title(JsonNode article) {
    return "Publish \"%s\" on %s".formatted(article.path("title").asText(), site.getHost());
  }

  private List<Preview> preview(JsonNode article) {
    return List.of(
        Preview.text("Title", article.path("title").asText()),
        Preview.text("Body", article.path("body").asText()),
        Preview.link("Address", site.toString()));
  }
}
