package dev.treadle.tool;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebPagesTest {
  private static final Instant NOW = Instant.parse("2026-11-23T06:00:00Z");
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch testIsOver = new CountDownLatch(1);
  private WebPages pages;
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.start();
    pages = new WebPages(own(), () -> NOW);
  }

  @AfterEach
  void stop() {
    testIsOver.countDown();
    server.stop(0);
    threads.shutdownNow();
  }

  @Test
  void aPageComesWithItsTextDigestAndTime() throws Exception {
    serve("text/html; charset=utf-8", "grün".getBytes(StandardCharsets.UTF_8));

    assertThat(pages.get(url()))
        .isEqualTo(
            new WebPage.Fetched(
                200,
                "text/html",
                "grün",
                "fe263064ba02eaeac482aaf1309553779bdb78e385cb1374654de293e191d785",
                NOW));
  }

  @Test
  void anEmptyPageIsAPage() throws Exception {
    serve("text/html", new byte[0]);
    assertThat(fetched().text()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "text/html; charset=ISO-8859-1, ISO-8859-1, grün",
    "text/html, UTF-8, grün",
    "text/html; charset=nonsense, UTF-8, grün",
    "text/html, ISO-8859-1, <meta charset='ISO-8859-1'>grün",
    "application/json, UTF-8, {\"charset\": \"grün\"}"
  })
  void theCharsetIsTheHeadersOrThePagesOrUtf8(String contentType, String charset, String text)
      throws Exception {
    serve(contentType, text.getBytes(Charset.forName(charset)));
    assertThat(fetched().text()).isEqualTo(text);
  }

  @Test
  void itSaysWhoItIsAndKeepsNoCookies() throws Exception {
    AtomicReference<com.sun.net.httpserver.Headers> seen = new AtomicReference<>();
    server.createContext(
        "/",
        exchange -> {
          seen.set(exchange.getRequestHeaders());
          exchange.getResponseHeaders().set("Set-Cookie", "a=b");
          answer(exchange, 200, "text/plain", "x".getBytes(StandardCharsets.UTF_8));
        });
    pages.get(url());
    pages.get(url());

    assertThat(seen.get().getFirst("User-Agent")).isEqualTo("Treadle/0.1");
    assertThat(seen.get()).doesNotContainKeys("Cookie", "Authorization");
  }

  @Test
  void aDrippingBodyEndsAtTheTotalLimit() throws Exception {
    server.createContext(
        "/",
        exchange -> {
          exchange.getResponseHeaders().set("Content-Type", "text/plain");
          exchange.sendResponseHeaders(200, 0);
          OutputStream body = exchange.getResponseBody();
          // One byte a tick, for as long as the test runs.
          while (!overAfter(Duration.ofMillis(20))) {
            body.write('x');
            body.flush();
          }
        });
    assertThat(notFetched(hasty()).why()).endsWith("took longer than 0.3 s");
    assertThat(notFetched(hasty()).isTransient()).isTrue();
  }

  @Test
  void aServerThatNeverAnswersEndsAtTheTotalLimit() throws Exception {
    server.createContext("/", _ -> overAfter(Duration.ofMinutes(1)));
    assertThat(notFetched(hasty()).why()).endsWith("took longer than 0.3 s");
  }

  @Test
  void aPageOf2MibIsReadAndOneByteMoreIsNot() throws Exception {
    serve("text/plain", new byte[WebPages.BYTES_MAX]);
    assertThat(fetched().text()).hasSize(WebPages.BYTES_MAX);

    server.removeContext("/");
    serve("text/plain", new byte[WebPages.BYTES_MAX + 1]);
    assertThat(notFetched(pages).why()).endsWith("is larger than 2097152 bytes");
    assertThat(notFetched(pages).isTransient()).isFalse();
  }

  @Test
  void anEndlessChunkedBodyIsHungUpOn() throws Exception {
    CountDownLatch hungUp = new CountDownLatch(1);
    server.createContext(
        "/",
        exchange -> {
          exchange.getResponseHeaders().set("Content-Type", "text/plain");
          exchange.sendResponseHeaders(200, 0);
          byte[] block = new byte[64 * 1024];
          try {
            while (testIsOver.getCount() > 0) exchange.getResponseBody().write(block);
          } catch (IOException gone) {
            hungUp.countDown();
          }
        });
    assertThat(notFetched(pages).why()).endsWith("is larger than 2097152 bytes");
    assertThat(hungUp.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void anotherContentTypeIsNotRead() throws Exception {
    serve("application/pdf", new byte[10]);
    assertThat(notFetched(pages).why()).endsWith("is application/pdf, not a page of text");
    assertThat(notFetched(pages).isTransient()).isFalse();
  }

  @Test
  void aCompressedPageIsReadUnfolded() throws Exception {
    serveCompressed("gzip", gzip("grün".getBytes(StandardCharsets.UTF_8)));
    assertThat(fetched().text()).isEqualTo("grün");
  }

  @Test
  void aSmallPageThatUnfoldsToMoreThan2MibIsHungUpOn() throws Exception {
    byte[] bomb = gzip(new byte[64 * 1024 * 1024]);
    assertThat(bomb.length).isLessThan(100_000);
    serveCompressed("gzip", bomb);
    assertThat(notFetched(pages).why()).endsWith("is larger than 2097152 bytes");
  }

  @Test
  void aPageInAnotherCompressionIsNotRead() throws Exception {
    serveCompressed("br", new byte[10]);
    assertThat(notFetched(pages).why()).endsWith("came compressed (br), which was not asked for");
  }

  @ParameterizedTest
  @CsvSource({"1, 1000000", "500, 100"})
  void aServerThatTalksTooMuchBeforeItsPageIsHungUpOn(int headers, int chars) throws Exception {
    server.createContext(
        "/",
        exchange -> {
          for (int i = 0; i < headers; i++) {
            exchange.getResponseHeaders().set("X-" + i, "x".repeat(chars));
          }
          answer(exchange, 200, "text/plain", new byte[1]);
        });
    assertThat(notFetched(pages).why()).contains("could not be reached");
  }

  @Test
  void aRedirectIsNotFollowed() throws Exception {
    AtomicInteger elsewhere = new AtomicInteger();
    server.createContext(
        "/elsewhere",
        exchange -> {
          elsewhere.incrementAndGet();
          answer(exchange, 200, "text/plain", new byte[1]);
        });
    server.createContext(
        "/",
        exchange -> {
          exchange.getResponseHeaders().set("Location", "/elsewhere");
          answer(exchange, 302, "text/plain", new byte[1]);
        });

    assertThat(notFetched(pages).why())
        .endsWith("answered 302, a redirect to /elsewhere, which is not followed");
    assertThat(elsewhere).hasValue(0);
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 404, 410})
  void aClientErrorLasts(int status) throws Exception {
    server.createContext("/", exchange -> answer(exchange, status, "text/html", new byte[1]));
    assertThat(notFetched(pages))
        .isEqualTo(new WebPage.NotFetched(url() + " answered " + status, false, Duration.ZERO));
  }

  @ParameterizedTest
  @CsvSource({
    "503, 120, 120",
    "429, 7, 7",
    "500, , 0",
    "503, 999999999, 3600",
    "503, soon, 0",
    "503, -5, 0",
    "503, 'Mon, 23 Nov 2026 06:02:00 GMT', 120",
    "503, 'Mon, 23 Nov 2026 05:00:00 GMT', 0"
  })
  void aServerErrorPassesAndItsRetryAfterIsObeyed(int status, String retryAfter, int seconds)
      throws Exception {
    server.createContext(
        "/",
        exchange -> {
          if (retryAfter != null) exchange.getResponseHeaders().set("Retry-After", retryAfter);
          answer(exchange, status, "text/html", new byte[1]);
        });
    assertThat(notFetched(pages))
        .isEqualTo(
            new WebPage.NotFetched(
                url() + " answered " + status, true, Duration.ofSeconds(seconds)));
  }

  @Test
  void aRefusedConnectionPasses() throws Exception {
    int port;
    try (ServerSocket closedAtOnce = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = closedAtOnce.getLocalPort();
    }
    String origin = "http://127.0.0.1:" + port;
    WebPage page = new WebPages(Reach.PUBLIC.withOrigin(origin), () -> NOW).get(origin);
    assertThat(page)
        .isInstanceOfSatisfying(
            WebPage.NotFetched.class,
            refused -> {
              assertThat(refused.isTransient()).isTrue();
              assertThat(refused.why()).contains("could not be reached");
            });
  }

  @Test
  void aConnectionThatBreaksOffPassesAndIsNotTriedAgain() throws Exception {
    AtomicInteger connections = new AtomicInteger();
    try (ServerSocket rude = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      threads.execute(() -> hangUpOnEverybody(rude, connections));
      String origin = "http://127.0.0.1:" + rude.getLocalPort();
      WebPage page = new WebPages(Reach.PUBLIC.withOrigin(origin), () -> NOW).get(origin);

      assertThat(page)
          .isInstanceOfSatisfying(
              WebPage.NotFetched.class, broken -> assertThat(broken.isTransient()).isTrue());
      assertThat(connections).hasValue(1);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "file:///etc/passwd, must start with http:// or https://",
    "ftp://example.com/, must start with http:// or https://",
    "/shop, must start with http:// or https://",
    "http:///nowhere, names no host",
    "http://user:word@example.com/, must not hold a user name",
    "http://exa mple.com/, not an address"
  })
  void anAddressThatBreaksARuleIsNotCalled(String url, String rule) throws Exception {
    assertThat(pages.get(url))
        .isInstanceOfSatisfying(
            WebPage.NotFetched.class,
            refused -> {
              assertThat(refused.why()).contains(rule).doesNotContain("word");
              assertThat(refused.isTransient()).isFalse();
            });
  }

  @Test
  void anAddressHasAtMost2048Characters() throws Exception {
    assertThat(pages.get("https://example.com/" + "x".repeat(2_048)))
        .isEqualTo(
            new WebPage.NotFetched("an address has at most 2048 characters", false, Duration.ZERO));
  }

  private WebPages hasty() {
    return new WebPages(
        own(),
        Names.SYSTEM,
        WebExchange.systemTls(),
        new TimeLimits(Duration.ofSeconds(3), Duration.ofMillis(300)),
        () -> NOW);
  }

  /** The server of this test, which is on loopback. */
  private Reach own() {
    return Reach.PUBLIC.withOrigin("http://127.0.0.1:" + server.getAddress().getPort());
  }

  private void serveCompressed(String coding, byte[] body) {
    server.createContext(
        "/",
        exchange -> {
          exchange.getResponseHeaders().set("Content-Encoding", coding);
          answer(exchange, 200, "text/html", body);
        });
  }

  private static byte[] gzip(byte[] plain) throws IOException {
    ByteArrayOutputStream folded = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(folded)) {
      out.write(plain);
    }
    return folded.toByteArray();
  }

  private boolean overAfter(Duration wait) {
    try {
      return testIsOver.await(wait.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException stopped) {
      return true;
    }
  }

  private static void hangUpOnEverybody(ServerSocket rude, AtomicInteger connections) {
    try {
      while (true) {
        try (var connection = rude.accept()) {
          connections.incrementAndGet();
          byte[] request = new byte[4_096];
          if (connection.getInputStream().read(request) < 0) return;
        }
      }
    } catch (IOException closed) {
      // The test is over.
    }
  }

  private void serve(String contentType, byte[] body) {
    HttpHandler handler = exchange -> answer(exchange, 200, contentType, body);
    server.createContext("/", handler);
  }

  private static void answer(HttpExchange exchange, int status, String contentType, byte[] body)
      throws IOException {
    exchange.getResponseHeaders().set("Content-Type", contentType);
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(body);
    }
  }

  private WebPage.Fetched fetched() throws InterruptedException {
    WebPage page = pages.get(url());
    assertThat(page).isInstanceOf(WebPage.Fetched.class);
    return (WebPage.Fetched) page;
  }

  private WebPage.NotFetched notFetched(WebPages fetcher) throws InterruptedException {
    WebPage page = fetcher.get(url());
    assertThat(page).isInstanceOf(WebPage.NotFetched.class);
    return (WebPage.NotFetched) page;
  }

  private String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
  }
}
