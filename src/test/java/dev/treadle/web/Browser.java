package dev.treadle.web;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.openqa.selenium.By;
import org.openqa.selenium.JavascriptExecutor;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.support.ui.WebDriverWait;

/** A real Chromium, as Debian installs it. */
public final class Browser implements AutoCloseable {
  private static final List<String> PROGRAMS =
      List.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome");
  private static final List<String> DRIVERS =
      List.of("/usr/bin/chromedriver", "/usr/lib/chromium-browser/chromedriver");
  private static final String AXE = read("/META-INF/resources/webjars/axe-core/4.6.3/axe.min.js");
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private final ChromeDriver driver;

  public Browser() {
    ChromeOptions options = new ChromeOptions();
    options.setBinary(found(PROGRAMS).orElseThrow());
    options.addArguments(
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-dev-shm-usage",
        "--hide-scrollbars");
    ChromeDriverService service =
        new ChromeDriverService.Builder()
            .usingDriverExecutable(Path.of(found(DRIVERS).orElseThrow()).toFile())
            .usingAnyFreePort()
            .build();
    driver = new ChromeDriver(service, options);
  }

  static boolean isInstalled() {
    return found(PROGRAMS).isPresent() && found(DRIVERS).isPresent();
  }

  private static Optional<String> found(List<String> paths) {
    return paths.stream().filter(path -> Files.isExecutable(Path.of(path))).findFirst();
  }

  public ChromeDriver driver() {
    return driver;
  }

  public Browser size(int width, int height) {
    command(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 600));
    return this;
  }

  public Browser theme(String scheme) {
    command(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
    return this;
  }

  /** Every page from here on believes that it is this time, in this zone. */
  public Browser at(Instant now, String zone) {
    command(
        "Page.addScriptToEvaluateOnNewDocument",
        Map.of("source", "Date.now = () => " + now.toEpochMilli()));
    command("Emulation.setTimezoneOverride", Map.of("timezoneId", zone));
    return this;
  }

  public Browser scripts(boolean run) {
    command("Emulation.setScriptExecutionDisabled", Map.of("value", !run));
    return this;
  }

  public Map<String, Object> command(String name, Map<String, Object> parameters) {
    return driver.executeCdpCommand(name, parameters);
  }

  public void open(String address) {
    driver.get(address);
  }

  /** What the page's console complained of since the last time. */
  public List<String> complaints() {
    return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
        .map(entry -> entry.getLevel() + " " + entry.getMessage())
        .toList();
  }

  /** Waits for something that a person sees. */
  public WebElement see(String css) {
    return see(css, "");
  }

  /** Waits for something that a person sees, with these words in it. */
  public WebElement see(String css, String words) {
    return new WebDriverWait(driver, PATIENCE)
        .ignoring(StaleElementReferenceException.class)
        .withMessage(() -> "no %s with \"%s\" in: %s".formatted(css, words, text()))
        .until(_ ->
            driver.findElements(By.cssSelector(css)).stream()
                .filter(each -> each.isDisplayed() && each.getText().contains(words))
                .findFirst()
                .orElse(null));
  }

  public void await(BooleanSupplier condition) {
    new WebDriverWait(driver, PATIENCE).until(_ -> condition.getAsBoolean());
  }

  public String text() {
    return driver.findElement(By.tagName("body")).getText();
  }

  public Object script(String script, Object... arguments) {
    return ((JavascriptExecutor) driver).executeScript(script, arguments);
  }

  /** What the window shows. */
  public void photograph(Path file) throws IOException {
    Object data =
        command("Page.captureScreenshot", Map.of("format", "png", "captureBeyondViewport", false))
            .get("data");
    Files.createDirectories(file.getParent());
    Files.write(file, Picture.small(Base64.getDecoder().decode((String) data)));
  }

  /** What axe finds wrong with the page for people who see, hear or move otherwise. */
  @SuppressWarnings("unchecked")
  public List<String> violations() {
    script(AXE);
    return (List<String>)
        driver.executeAsyncScript(
            "const done = arguments[arguments.length - 1];"
                + "axe.run().then(r => done(r.violations.map(v => v.id + ' ' +"
                + " v.nodes.slice(0, 3).map(n => n.html + ' ' + n.failureSummary).join(' | '))))");
  }

  private static String read(String resource) {
    try (InputStream stream = Browser.class.getResourceAsStream(resource)) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException unreadable) {
      throw new IllegalStateException(unreadable);
    }
  }

  @Override
  public void close() {
    driver.quit();
  }
}
