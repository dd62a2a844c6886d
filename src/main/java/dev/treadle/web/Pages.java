package dev.treadle.web;

import dev.treadle.CanonicalJson;
import dev.treadle.engine.Approval;
import io.quarkus.qute.Engine;
import io.quarkus.qute.HtmlEscaper;
import io.quarkus.qute.RawString;
import io.quarkus.qute.ReflectionValueResolver;
import io.quarkus.qute.Template;
import io.quarkus.qute.TemplateLocator;
import io.quarkus.qute.Variant;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Renders what people see. A fragment is what stands between the page's body tags; a page is the
 * whole document.
 *
 * <p>The function renders with Quarkus's engine, whose templates are checked when it is built; the
 * local runtime makes one of its own.
 */
public final class Pages {
  private static final String HTML = Variant.TEXT_HTML;
  private final Engine engine;

  public Pages(Engine engine) {
    this.engine = engine;
  }

  /** An engine that reads the templates from the class path and values by reflection. */
  public static Pages reflecting() {
    return new Pages(
        Engine.builder()
            .addDefaults()
            .addValueResolver(new ReflectionValueResolver())
            .addResultMapper(new HtmlEscaper(List.of(HTML)))
            .addLocator(Pages::locate)
            .removeStandaloneLines(true)
            .build());
  }

  String page(String title, String fragment) {
    return rendered(
        "page",
        Map.of(
            "title", title,
            "style", new RawString(Assets.STYLE),
            "script", new RawString(Assets.SCRIPT),
            "body", new RawString(fragment)));
  }

  /** A page for operators: with the site's navigation, and a script that follows what it shows. */
  String console(String title, String fragment) {
    return rendered(
        "console",
        Map.of(
            "title", title,
            "style", new RawString(Assets.STYLE),
            "more", new RawString(Assets.CONSOLE_STYLE),
            "script", new RawString(Assets.CONSOLE_SCRIPT),
            "body", new RawString(fragment)));
  }

  /** A page that says why there is none. */
  Response refusal(Problem problem) {
    String fragment = message(problem.title(), problem.detail());
    return Response.html(problem.status(), page(problem.title(), fragment));
  }

  String halts(HaltPage page) {
    return rendered("halts", Map.of("page", page));
  }

  String run(RunPage page) {
    return rendered("run", Map.of("page", page));
  }

  String tasks(TaskListPage list) {
    return rendered("tasks", Map.of("list", list));
  }

  String task(TaskPage task) {
    return rendered("task", Map.of("task", task));
  }

  /** What a link opens: the same for every id and every visitor. */
  String loading(String approvalId) {
    return page("Loading request", rendered("loading", Map.of("id", approvalId)));
  }

  String sheet(Sheet sheet) {
    return rendered("approval", Map.of("sheet", sheet));
  }

  String inbox(InboxPage inbox) {
    return rendered("inbox", Map.of("inbox", inbox));
  }

  String series(SeriesPage list) {
    return rendered("series", Map.of("list", list));
  }

  String health(HealthPage health) {
    return rendered("health", Map.of("health", health));
  }

  String comparison(ComparisonPage comparison) {
    return rendered("comparison", Map.of("comparison", comparison));
  }

  /** Everything that would be done, however long. */
  String action(Approval approval) {
    return rendered(
        "action",
        Map.of(
            "title", Legible.brief(approval.action().title()),
            "arguments", Legible.escaped(CanonicalJson.of(approval.action().arguments())),
            "digest", approval.action().argumentsDigest()));
  }

  String message(String title, String... lines) {
    return rendered("message", Map.of("title", title, "lines", List.of(lines)));
  }

  /** A message, with the form that brought it here to be sent once more as it was. */
  String again(String title, String detail, String path, Map<String, String> fields) {
    return rendered(
        "again", Map.of("title", title, "detail", detail, "path", path, "fields", fields));
  }

  private String rendered(String name, Map<String, ?> data) {
    Template template = engine.getTemplate(name);
    if (template == null) throw new IllegalStateException("there is no template " + name);
    var instance = template.instance();
    data.forEach(instance::data);
    return instance.render();
  }

  private static Optional<TemplateLocator.TemplateLocation> locate(String name) {
    InputStream stream = Pages.class.getResourceAsStream("/templates/" + name + ".html");
    return Optional.ofNullable(stream)
        .map(found ->
            new TemplateLocator.TemplateLocation() {
              @Override
              public Reader read() {
                return new InputStreamReader(found, StandardCharsets.UTF_8);
              }

              @Override
              public Optional<Variant> getVariant() {
                return Optional.of(Variant.forContentType(HTML));
              }
            });
  }
}
