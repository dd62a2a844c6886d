package dev.treadle.llm.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpHandler;
import dev.treadle.Json;
import dev.treadle.Usage;
import dev.treadle.llm.Message;
import dev.treadle.llm.ModelReply;
import dev.treadle.llm.ModelReply.Refused;
import dev.treadle.llm.ModelReply.Unavailable;
import dev.treadle.llm.ModelRequest;
import dev.treadle.llm.anthropic.AnthropicSettings.ChosenModel;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What can go wrong between the loop and the provider, and that each is sent once. */
class AnthropicFailuresTest {
  private static final String CANARY = "sk-ant-api03-canary_DoNotTell-0123456789";
  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
  private static final ChosenModel CHOSEN =
      new ChosenModel("claude-opus-4-6", new Price(5, 25, 6, 1), Json.object());

  private FakeProvider provider;

  @BeforeEach
  void start() throws IOException {
    provider = new FakeProvider();
  }

  @AfterEach
  void stop() {
    provider.close();
  }

  @ParameterizedTest
  @CsvSource({
    "401, authentication_error",
    "402, billing_error",
    "403, permission_error",
    "404, not_found_error"
  })
  void whatOnlyAPersonCanMendIsHopeless(int status, String type) {
    provider.thenError(status, type, "no", Map.of());

    Refused refused = (Refused) ask();

    assertThat(refused.hopeless()).isTrue();
    assertThat(refused.why())
        .startsWith("Anthropic answered %d %s: no".formatted(status, type))
        .contains("(request req_011CSHoEeqs5C35K2UUqR7Fy)");
  }

  @ParameterizedTest
  @CsvSource({"400, invalid_request_error", "413, request_too_large", "422, invalid_request_error"})
  void aRequestThatIsRefusedIsNotHopeless(int status, String type) {
    provider.thenError(status, type, "messages: too long", Map.of());

    Refused refused = (Refused) ask();

    assertThat(refused.hopeless()).isFalse();
    assertThat(refused.why()).contains("messages: too long");
  }

  @ParameterizedTest
  @CsvSource({
    "408, timeout_error",
    "409, conflict_error",
    "429, rate_limit_error",
    "500, api_error",
    "502, api_error",
    "503, api_error",
    "504, timeout_error",
    "529, overloaded_error"
  })
  void whatPassesIsUnavailableAndCostsNothing(int status, String type) {
    provider.thenError(status, type, "Overloaded", Map.of());

    assertThat(ask())
        .isEqualTo(
            new Unavailable(
                "Anthropic answered %d %s: Overloaded (request req_011CSHoEeqs5C35K2UUqR7Fy)"
                    .formatted(status, type),
                Duration.ZERO,
                Usage.NONE));
  }

  @Test
  void theMonthlyLimitIsNoRateLimit() {
    provider.thenJson(429, Map.of(), FakeProvider.file("spend-limit.json"));

    assertThat(((Refused) ask()).hopeless()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "17, 17",
    "0, 0",
    "86400, 3600",
    "'Sun, 22 Nov 2026 10:01:30 GMT', 90",
    "'Sun, 22 Nov 2026 09:00:00 GMT', 0",
    "'Mon, 23 Nov 2026 10:00:00 GMT', 3600",
    "soon, 0",
    "-5, 0"
  })
  void retryAfterIsObeyedUpToAnHour(String header, long seconds) {
    provider.thenError(529, "overloaded_error", "Overloaded", Map.of("retry-after", header));

    assertThat(((Unavailable) ask()).retryAfter()).isEqualTo(Duration.ofSeconds(seconds));
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 307, 308})
  void aRedirectIsNotFollowedWithTheKey(int status) {
    provider.thenJson(status, Map.of("location", provider.url() + "/elsewhere"), "");

    Refused refused = (Refused) ask();

    assertThat(refused.hopeless()).isTrue();
    assertThat(refused.why()).contains("Redirects are not followed");
  }

  @Test
  void anErrorPageInHtmlIsNotRepeated() {
    provider.then(html(503, "<html><body>CANARY PAGE</body></html>"));

    Unavailable unavailable = (Unavailable) ask();

    assertThat(unavailable.why())
        .isEqualTo("Anthropic answered 503 with text/html instead of an error in JSON");
  }

  @Test
  void aPageInsteadOfAnAnswerIsUnavailable() {
    provider.then(html(200, "<html><body>Welcome to the hotel</body></html>"));

    assertLost("is not JSON (text/html)");
  }

  @Test
  void aBodyThatEndsEarlyIsUnavailable() {
    provider.then(exchange -> {
      byte[] half =
          FakeProvider.file("text.json").substring(0, 200).getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(200, 1_000);
      exchange.getResponseBody().write(half);
      exchange.getResponseBody().flush();
    });

    assertLost("broke off");
  }

  @Test
  void jsonThatEndsEarlyIsUnavailable() {
    provider.thenJson(200, Map.of(), FakeProvider.file("text.json").substring(0, 200));

    assertLost("is not JSON (application/json)");
  }

  @Test
  void aConnectionClosedWithoutAnAnswerIsUnavailable() {
    provider.then(exchange -> exchange.close());

    assertLost("broke off");
  }

  @Test
  void anEndlessBodyIsGivenUpAtItsCap() {
    provider.then(exchange -> {
      exchange.sendResponseHeaders(200, 0);
      byte[] spaces = " ".repeat(64 * 1024).getBytes(StandardCharsets.US_ASCII);
      OutputStream body = exchange.getResponseBody();
      for (long sent = 0; sent < 100_000_000; sent += spaces.length) body.write(spaces);
    });

    assertLost("exceeds capacity: 8388608");
  }

  @Test
  void aBodyThatDripsIsGivenUpAtTheTimeLimit() throws InterruptedException {
    CountDownLatch given = new CountDownLatch(1);
    CountDownLatch stopped = new CountDownLatch(1);
    provider.then(exchange -> {
      exchange.sendResponseHeaders(200, 0);
      try {
        while (!isOpen(given, 10)) {
          exchange.getResponseBody().write(' ');
          exchange.getResponseBody().flush();
        }
      } finally {
        stopped.countDown();
      }
    });

    ModelReply reply = model(provider.url(), () -> CANARY).ask(request(Duration.ofMillis(400)));
    given.countDown();

    assertThat(((Unavailable) reply).why()).contains("did not answer within 0.4 s");
    assertThat(((Unavailable) reply).usage()).isNotEqualTo(Usage.NONE);
    assertThat(stopped.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aServerThatSaysNothingIsGivenUpAtTheTimeLimit() {
    CountDownLatch given = new CountDownLatch(1);
    provider.then(exchange -> isOpen(given, 10_000));

    ModelReply reply = model(provider.url(), () -> CANARY).ask(request(Duration.ofMillis(200)));
    given.countDown();

    assertThat(((Unavailable) reply).why()).contains("did not answer within 0.2 s");
  }

  @Test
  void aClosedPortCostsNothing() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }

    ModelReply reply =
        model(URI.create("http://127.0.0.1:" + port), () -> CANARY)
            .ask(request(Duration.ofSeconds(10)));

    assertThat(((Unavailable) reply).why()).startsWith("127.0.0.1 could not be reached");
    assertThat(((Unavailable) reply).usage()).isEqualTo(Usage.NONE);
  }

  @Test
  void anInterruptedWorkerStopsWaitingAndStaysInterrupted() {
    Thread.currentThread().interrupt();

    ModelReply reply = model(provider.url(), () -> CANARY).ask(request(Duration.ofSeconds(10)));

    assertThat(Thread.interrupted()).isTrue();
    assertThat(reply).isInstanceOf(Unavailable.class);
  }

  @Test
  void anErrorInsideA200IsNotAskedForAgain() {
    provider.thenJson(200, Map.of(), FakeProvider.file("error.json"));

    assertThat(((Refused) ask()).hopeless()).isFalse();
  }

  @Test
  void longErrorsAreTrimmedToOneLine() {
    provider.thenError(400, "invalid_request_error", "x\\n".repeat(5_000), Map.of());

    assertThat(((Refused) ask()).why()).hasSizeLessThan(500).doesNotContain("\n");
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 400, 401, 429, 500, 529})
  void anErrorThatRepeatsTheKeyDoesNotTellIt(int status) {
    // At the place where the message is cut, too.
    String message = "x".repeat(280) + " x-api-key: " + CANARY;
    provider.thenError(status, "api_error", message, Map.of("request-id", CANARY));

    assertThat(ask().toString()).doesNotContain("canary").doesNotContain("sk-ant");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", CANARY + "\n", CANARY + "\r\nx-evil: 1", CANARY + "ü"})
  void aKeyThatIsNoHeaderIsHopelessAndNotTold(String key) {
    ModelReply reply = model(provider.url(), () -> key).ask(request(Duration.ofSeconds(10)));

    assertThat(((Refused) reply).hopeless()).isTrue();
    assertThat(reply.toString()).doesNotContain("canary");
    assertThat(provider.asked()).isEmpty();
  }

  @Test
  void aKeyThatCannotBeReadNowIsUnavailable() {
    ModelReply reply =
        model(
                provider.url(),
                () -> {
                  throw new IllegalStateException("vault said " + CANARY);
                })
            .ask(request(Duration.ofSeconds(10)));

    assertThat(((Unavailable) reply).why())
        .isEqualTo("the API key could not be read: IllegalStateException");
  }

  @Test
  void theKeyIsReadForEveryRequest() {
    List<String> keys = new ArrayList<>(List.of("sk-old", "sk-new"));
    AnthropicModel model = model(provider.url(), keys::removeFirst);
    provider.thenFile("text.json").thenFile("text.json");

    model.ask(request(Duration.ofSeconds(10)));
    model.ask(request(Duration.ofSeconds(10)));

    assertThat(provider.asked())
        .extracting(asked -> asked.headers().getFirst("x-api-key"))
        .containsExactly("sk-old", "sk-new");
  }

  private void assertLost(String why) {
    Unavailable unavailable = (Unavailable) ask();
    assertThat(unavailable.why()).contains(why);
    assertThat(unavailable.usage().outputTokens()).isEqualTo(64);
    assertThat(unavailable.usage().costMicros()).isPositive();
  }

  /** Asks, and sees that it was asked once. */
  private ModelReply ask() {
    ModelReply reply = model(provider.url(), () -> CANARY).ask(request(Duration.ofSeconds(20)));
    assertThat(provider.asked()).hasSize(1);
    assertThat(reply.toString()).doesNotContain(CANARY);
    return reply;
  }

  private static AnthropicModel model(URI url, Supplier<String> key) {
    AnthropicSettings settings = new AnthropicSettings(url, key, Map.of("default", CHOSEN));
    return new AnthropicModel(settings, CHOSEN, InstantSource.fixed(NOW));
  }

  private static ModelRequest request(Duration timeLimit) {
    return new ModelRequest(
        "default",
        "",
        List.of(new Message.ToModel(List.of(), List.of("Hello."))),
        List.of(),
        64,
        timeLimit);
  }

  private static HttpHandler html(int status, String page) {
    return exchange ->
        FakeProvider.answer(exchange, status, Map.of("content-type", "text/html"), page);
  }

  private static boolean isOpen(CountDownLatch latch, long millis) {
    try {
      return latch.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return true;
    }
  }
}
