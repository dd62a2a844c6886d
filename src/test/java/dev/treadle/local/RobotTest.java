package dev.treadle.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.engine.Approval;
import dev.treadle.web.Browser;
import dev.treadle.web.NeedsBrowser;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.FormElement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A mail scanner that opens the link in a real browser, runs the scripts, lets a minute pass on the
 * page's clock, follows every link, presses every button and submits every form, in every way that
 * needs no understanding.
 */
@NeedsBrowser
class RobotTest {
  private final List<String> report = new ArrayList<>();
  @TempDir private Path folder;

  @Test
  void aScannerThatSubmitsEverythingDecidesNothing() throws Exception {
    try (Office office = Office.publishing(folder);
        Browser browser = new Browser();
        HttpClient client = HttpClient.newHttpClient()) {
      Approval before = office.approval();
      String link = office.link("ann@example.com");
      for (String method : List.of("GET", "HEAD", "OPTIONS")) fetch(client, method, link);
      browser.open(link);
      browser.see("form.decide");
      letAMinutePass(browser);
      scan(browser, client, link);
      // And the page that a browser without script gets.
      String token = link.substring(link.indexOf("#t=") + 3);
      String page = send(client, URI.create(link.replaceAll("#.*", "")), "t=" + token);
      submitDirectly(client, office.site(), Jsoup.parse(page, office.site()));
      office.work();

      System.out.println("robot: " + String.join("\nrobot: ", report));
      assertThat(office.approval()).isEqualTo(before);
      assertThat(office.store.decisions(before.id())).isEmpty();
      assertThat(office.published).isEmpty();
      assertThat(report).hasSizeGreaterThan(20);

      // The robot could have: the same request with what a person says is taken.
      browser.open(link);
      browser.see("label[for=d-approve]").click();
      browser.see("input[name=read]").click();
      browser.see(".confirm button").click();
      browser.see("#notice", "You approved");
      office.work();
      assertThat(office.published).hasSize(1);
    }
  }

  private void fetch(HttpClient client, String method, String link) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(link.replaceAll("#.*", "")))
            .method(method, HttpRequest.BodyPublishers.noBody())
            .build();
    int status = client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode();
    report.add(method + " of the link: " + status);
  }

  private void letAMinutePass(Browser browser) {
    Object start = browser.script("return Date.now()");
    browser.command(
        "Emulation.setVirtualTimePolicy", Map.of("policy", "advance", "budget", 61_000));
    browser.await(() -> (Long) browser.script("return Date.now()") - (Long) start >= 60_000);
    report.add("a minute passed on the page's clock");
    browser.command("Emulation.setVirtualTimePolicy", Map.of("policy", "advance"));
  }

  private void scan(Browser browser, HttpClient client, String link) throws Exception {
    Document page =
        Jsoup.parse((String) browser.script("return document.documentElement.outerHTML"), link);
    String site = URI.create(link).resolve("/").toString();
    List<String> targets = page.select("a[href]").eachAttr("abs:href");
    for (String target : targets) {
      browser.open(target);
      report.add("followed " + target.replaceAll("#.*", "#…"));
    }
    int forms = page.select("form").size();
    for (int i = 0; i < forms; i++) {
      for (String way :
          List.of("f.requestSubmit()", "f.submit()", "f.noValidate = true; f.requestSubmit()")) {
        browser.open("about:blank");
        browser.open(link);
        browser.see("form.decide");
        browser.script("const f = document.forms[arguments[0]]; " + way, i);
        report.add("form %d: %s".formatted(i, way));
      }
    }
    browser.open("about:blank");
    browser.open(link);
    browser.see("form.decide");
    Long pressed =
        (Long)
            browser.script(
                "let n = 0; document.querySelectorAll('button,summary').forEach(b => { b.click();"
                    + " n++; }); return n");
    report.add("pressed " + pressed + " buttons, visible or not");
    submitDirectly(client, site, page);
  }

  /** By POST of a form's fields: as they stand, with every value, and with the first of each. */
  private void submitDirectly(HttpClient client, String site, Document page) throws Exception {
    for (Element each : page.select("form[method=post]")) {
      FormElement form = (FormElement) each;
      List<String> fields = new ArrayList<>();
      form.formData().forEach(field -> fields.add(pair(field.key(), field.value())));
      List<String> every = new ArrayList<>();
      Map<String, String> first = new LinkedHashMap<>();
      for (Element input : form.select("input,textarea,select")) {
        String value = input.normalName().equals("textarea") ? input.text() : input.val();
        every.add(pair(input.attr("name"), value));
        first.putIfAbsent(input.attr("name"), value);
      }
      List<String> firsts =
          first.entrySet().stream().map(field -> pair(field.getKey(), field.getValue())).toList();
      for (String path : List.of(form.attr("action"), form.attr("data-api"))) {
        if (path.isEmpty()) continue;
        URI address = URI.create(site).resolve(path);
        note(client, address, "as it stands", fields);
        note(client, address, "with every value", every);
        note(client, address, "with the first value of each field", firsts);
      }
    }
  }

  private void note(HttpClient client, URI address, String how, List<String> fields)
      throws Exception {
    send(client, address, String.join("&", fields));
    report.add(
        "POST %s %s: %s"
            .formatted(address.getPath().replaceAll("[0-9a-f]{32}", "ID"), how, status));
  }

  private int status;

  private String send(HttpClient client, URI address, String body)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(address)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
    status = response.statusCode();
    return response.body();
  }

  private static String pair(String name, String value) {
    return URLEncoder.encode(name, StandardCharsets.UTF_8)
        + "="
        + URLEncoder.encode(value, StandardCharsets.UTF_8);
  }
}
