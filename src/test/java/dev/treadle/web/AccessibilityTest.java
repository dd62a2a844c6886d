package dev.treadle.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Every state of every page in a real browser: what axe finds, whether it fits a narrow screen, and
 * pictures of the ones that documentation shows.
 */
@NeedsBrowser
class AccessibilityTest {
  private static Browser browser;
  private static PageServer server;

  @BeforeAll
  static void open() throws IOException {
    browser = new Browser().at(Samples.NOW, "Europe/Berlin");
    server = new PageServer(SamplePages.all());
  }

  @AfterAll
  static void close() {
    server.close();
    browser.close();
  }

  @Test
  void axeFindsNothingInAnyStateInBothThemes() {
    List<String> found = new ArrayList<>();
    for (String theme : List.of("light", "dark")) {
      browser.size(theme.equals("light") ? 1280 : 360, 900).theme(theme);
      for (String name : server.names()) {
        browser.open(server.address(name));
        if (name.equals("open")) browser.script("document.getElementById('d-edit').click()");
        if (name.equals("read-only"))
          browser.script("document.querySelectorAll('details').forEach(d => d.open = true)");
        browser.violations().forEach(problem -> found.add(name + ", " + theme + ": " + problem));
      }
    }
    System.out.printf(
        "axe: %d pages in 2 themes, %d violations%n", server.names().size(), found.size());
    assertThat(found).isEmpty();
  }

  @Test
  void nothingIsWiderThanAScreenOf320Pixels() {
    browser.size(320, 640).theme("light");
    for (String name : server.names()) {
      browser.open(server.address(name));
      browser.script("document.querySelectorAll('details').forEach(d => d.open = true)");
      assertThat((Long) browser.script("return document.documentElement.scrollWidth"))
          .as(name)
          .isLessThanOrEqualTo(320);
    }
  }

  @Test
  void everythingThatIsTappedIs44PixelsHigh() {
    browser.size(360, 740).theme("light");
    for (String name : List.of("open", "outcome-unknown", "parked", "inbox")) {
      browser.open(server.address(name));
      browser.script("const a = document.getElementById('d-approve'); if (a) a.click();");
      assertThat(
              (List<?>)
                  browser.script(
                      "return [...document.querySelectorAll('button,summary,select,.bar"
                          + " label,.tick,input[type=text],.tabs a,.requests a')].filter(e =>"
                          + " e.checkVisibility() && e.getBoundingClientRect().height <"
                          + " 44).map(e => e.outerHTML)"))
          .as(name)
          .isEmpty();
    }
  }

  @Test
  void aBrowserThatRunsThePageReportsNoBrokenPolicy() {
    browser.size(1280, 900);
    browser.complaints(); // Of axe, when its test came first: they are about its own script.
    for (String name : server.names()) browser.open(server.address(name));
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void picturesOfTheStatesAreTaken() throws IOException {
    for (String name : SamplePages.PICTURED) {
      for (int width : List.of(360, 1280)) {
        if (name.equals("help") && width == 360) continue; // Of keys that a phone has not.
        for (String theme : List.of("light", "dark")) {
          browser.size(width, width == 360 ? 740 : 800).theme(theme);
          SamplePages.show(browser, server, name);
          browser.photograph(
              Path.of("target/pictures", "%s-%d-%s.png".formatted(name, width, theme)));
        }
      }
    }
  }
}
