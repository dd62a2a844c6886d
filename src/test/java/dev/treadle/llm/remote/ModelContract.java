package dev.treadle.llm.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpHandler;
import dev.treadle.Reserve;
import dev.treadle.Turn.CallReply;
import dev.treadle.Usage;
import dev.treadle.llm.Message;
import dev.treadle.llm.Model;
import dev.treadle.llm.ModelReply;
import dev.treadle.llm.ModelReply.Answered;
import dev.treadle.llm.ModelReply.Refused;
import dev.treadle.llm.ModelReply.Unavailable;
import dev.treadle.llm.ModelRequest;
import dev.treadle.llm.ModelRequest.ToolSpec;
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

/**
 * What the client of every provider must do: what it asks, what answers become, and what can go
 * wrong in between. Each provider brings a folder of exchanges in its own format, with the same
 * names and the same meaning.
 */
public abstract class ModelContract {
  protected static final String CANARY = "sk-ant-api03-canary_DoNotTell-0123456789";
  protected static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
  protected static final Price PRICE = new Price(5_000_000, 25_000_000, 6_250_000, 500_000);

  protected FakeProvider provider;

  /** The folder of the exchanges. */
  protected abstract String folder();

  protected abstract Dialect dialect();

  /** Below the base address. */
  protected abstract String path();

  protected abstract Authorization authorization(Supplier<String> key);

  /** The header that holds the key, as the server receives it. */
  protected abstract String keyHeader();

  /** The assistant's message in the body of a second request, in the provider's own form. */
  protected abstract JsonNode sentBack(JsonNode requestBody);

  /** The same message in the body of the response that brought it. */
  protected abstract JsonNode brought(JsonNode responseBody);

  @BeforeEach
  void start() throws IOException {
    provider = new FakeProvider(folder());
  }

  @AfterEach
  void stop() {
    provider.close();
  }

  // What is asked, and what answers become.

  @Test
  void theRequestIsWhatTheApiDocuments() {
    provider.thenFile("text.json");
    model()
        .ask(
            request(
                told("<task_input>{}</task_input>"),
                new Message.FromModel(twoCalls()),
                new Message.ToModel(
                    List.of(
                        reply("toolu_01A09q90qw90lq917835lq9", false, "{\"price\":\"19.90\"}"),
                        reply("toolu_01B7Zk2mX4nQ8rT5vW1yU3s", true, "the page is gone")),
                    List.of("Two calls are left."))));

    FakeProvider.Asked asked = provider.asked().getFirst();
    assertThat(asked.body()).isEqualTo(tree("request.json"));
    assertThat(asked.method()).isEqualTo("POST");
    assertThat(asked.path()).isEqualTo(path());
    assertThat(asked.headers().getFirst(keyHeader())).contains(CANARY);
    assertThat(asked.headers().getFirst("content-type")).isEqualTo("application/json");
  }

  @Test
  void textIsAnsweredWithItsUsageAndCost() {
    Answered answered = answered("text.json");

    assertThat(answered.answer())
        .isEqualTo(
            FakeProvider.parsed(
                """
                {"content": [{"type": "text", "text": "Three shops changed their price."}],
                 "stop_reason": "end_turn"}
                """));
    // 2,095 x $5 and 503 x $25 per million.
    assertThat(answered.usage()).isEqualTo(new Usage(2_095, 503, 10_475 + 12_575));
  }

  @Test
  void twoCallsOfOneAnswerAreKeptInTheirOrder() {
    Answered answered = answered("two-calls.json");

    assertThat(content(answered)).isEqualTo(twoCalls());
    assertThat(stopReason(answered)).isEqualTo("tool_use");
  }

  @Test
  void thinkingGoesBackWithItsSignature() {
    assertGoesBackUntouched("thinking.json");
  }

  @Test
  void whatNobodyKnowsGoesBackUntouched() {
    assertGoesBackUntouched("unknown-block.json");
  }

  @Test
  void blocksOfAnotherProviderAreLeftOut() {
    List<JsonNode> foreign = new ArrayList<>();
    foreign.add(FakeProvider.parsed("{\"type\": \"openai_fields\", \"fields\": {\"x-o\": 1}}"));
    foreign.add(FakeProvider.parsed("{\"type\": \"bedrock_block\", \"block\": {\"x-b\": 1}}"));
    foreign.addAll(twoCalls());
    provider.thenFile("text.json");
    model().ask(request(told("Hello."), new Message.FromModel(foreign), told("Well?")));

    String sent = sentBack(provider.asked().getFirst().body()).toString();
    assertThat(sent).contains("I look at both pages.");
    assertThat(sent.contains("x-o") && sent.contains("x-b")).isFalse();
  }

  private void assertGoesBackUntouched(String file) {
    provider.thenFile(file).thenFile("text.json");
    Answered first = (Answered) model().ask(request(told("Hello.")));
    model().ask(request(told("Hello."), new Message.FromModel(content(first)), told("Well?")));

    assertThat(sentBack(provider.asked().getLast().body())).isEqualTo(brought(tree(file)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"refusal.json", "filtered.json"})
  void aRefusalSaysSoAndIsPaidFor(String file) {
    Answered answered = answered(file);

    assertThat(stopReason(answered)).isEqualTo("refusal");
    assertThat(answered.usage().outputTokens()).isEqualTo(22);
  }

  @Test
  void anAnswerThatWasCutSaysSoAndKeepsItsWholeCalls() {
    Answered answered = answered("cut-call.json");

    assertThat(stopReason(answered)).isEqualTo("max_tokens");
    assertThat(answered.answer().at("/content/0/input/url").asText())
        .isEqualTo("https://shop.example/a");
    assertThat(answered.answer().at("/content/1/name").asText()).isEqualTo("send_mail");
    assertThat(answered.answer().path("content").size()).isEqualTo(2);
  }

  @Test
  void anAnswerWithoutUsageCountsAtItsWorst() {
    provider.thenFile("no-usage.json");
    ModelRequest request = request(told("Hello."));

    Reserve reserve = model().reserveFor(request.chars(), request.maxOutputTokens());
    Answered answered = (Answered) model().ask(request);

    assertThat(answered.usage().costMicros()).isEqualTo(reserve.costMicros());
    assertThat(answered.usage().tokens()).isEqualTo(reserve.tokens());
  }

  @Test
  void theReserveCoversATokenForEachCharacterAtTheDearestPrice() {
    Reserve reserve = model().reserveFor(100_000, 4_096);

    assertThat(reserve.tokens()).isEqualTo(100_000 + 2_000 + 4_096);
    // 102,000 x $6.25 and 4,096 x $25 per million.
    assertThat(reserve.costMicros()).isEqualTo(637_500 + 102_400);
  }

  @Test
  void aCallIdThatIsTakenIsReplaced() {
    provider.thenFile("two-calls.json").thenFile("two-calls.json");
    Answered first = (Answered) model().ask(request(told("Hello.")));
    Answered second =
        (Answered)
            model()
                .ask(
                    request(told("Hello."), new Message.FromModel(content(first)), told("Again.")));

    assertThat(second.answer().at("/content/1/id").asText()).isEqualTo("call-3");
    assertThat(second.answer().at("/content/2/id").asText()).isEqualTo("call-4");
  }

  @Test
  void anAnswerOfAnotherFormIsPassedOnForTheExecutorToJudge() {
    provider.thenJson(200, Map.of(), "{\"something\": \"else\"}");

    assertThat(((Answered) ask()).answer().has("content")).isFalse();
  }

  // What can go wrong, and that each is sent once.

  @ParameterizedTest
  @ValueSource(ints = {401, 402, 403, 404})
  void whatOnlyAPersonCanMendIsHopeless(int status) {
    provider.thenError(status, "some_error", "no", Map.of());

    Refused refused = (Refused) ask();

    assertThat(refused.hopeless()).isTrue();
    assertThat(refused.why())
        .startsWith("%s answered %d some_error: no".formatted(dialect().provider(), status));
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 413, 422})
  void aRequestThatIsRefusedIsNotHopeless(int status) {
    provider.thenError(status, "invalid_request_error", "messages: too long", Map.of());

    Refused refused = (Refused) ask();

    assertThat(refused.hopeless()).isFalse();
    assertThat(refused.why()).contains("messages: too long");
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 409, 424, 429, 500, 502, 503, 504, 529})
  void whatPassesIsUnavailableAndCostsNothing(int status) {
    provider.thenError(
        status, "overloaded_error", "Overloaded", Map.of("request-id", "req_011CSHoEeqs5C35K2UUq"));

    Unavailable unavailable = (Unavailable) ask();

    assertThat(unavailable.why())
        .startsWith(
            "%s answered %d overloaded_error: Overloaded (request req_011CSHoEeqs5C"
                .formatted(dialect().provider(), status));
    assertThat(unavailable.usage()).isEqualTo(Usage.NONE);
    assertThat(unavailable.retryAfter()).isEqualTo(Duration.ZERO);
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
    provider.thenError(429, "rate_limit_error", "Slow down", Map.of("retry-after", header));

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

    assertThat(((Unavailable) ask()).why())
        .isEqualTo(
            dialect().provider() + " answered 503 with text/html instead of an error in JSON");
  }

  @Test
  void aPageInsteadOfAnAnswerIsUnavailable() {
    provider.then(html(200, "<html><body>Welcome to the hotel</body></html>"));

    assertLost("is not JSON (text/html)");
  }

  @Test
  void aListInsteadOfAnAnswerIsUnavailable() {
    provider.thenJson(200, Map.of(), "[]");

    assertLost("JSON that is no object");
  }

  @Test
  void aBodyThatEndsEarlyIsUnavailable() {
    provider.then(exchange -> {
      byte[] half = provider.file("text.json").substring(0, 100).getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(200, 1_000);
      exchange.getResponseBody().write(half);
      exchange.getResponseBody().flush();
    });

    assertLost("broke off");
  }

  @Test
  void jsonThatEndsEarlyIsUnavailable() {
    provider.thenJson(200, Map.of(), provider.file("text.json").substring(0, 100));

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

    ModelReply reply = model().ask(request(Duration.ofMillis(400), told("Hello.")));
    given.countDown();

    assertThat(((Unavailable) reply).why()).contains("did not answer within 0.4 s");
    assertThat(((Unavailable) reply).usage()).isNotEqualTo(Usage.NONE);
    assertThat(stopped.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aServerThatSaysNothingIsGivenUpAtTheTimeLimit() {
    CountDownLatch given = new CountDownLatch(1);
    provider.then(exchange -> isOpen(given, 10_000));

    ModelReply reply = model().ask(request(Duration.ofMillis(200), told("Hello.")));
    given.countDown();

    assertThat(((Unavailable) reply).why()).contains("did not answer within 0.2 s");
  }

  @Test
  void aClosedPortCostsNothing() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    Unavailable unavailable =
        (Unavailable)
            model(URI.create("http://127.0.0.1:" + port), () -> CANARY)
                .ask(request(told("Hello.")));

    assertThat(unavailable.why()).startsWith("127.0.0.1 could not be reached");
    assertThat(unavailable.usage()).isEqualTo(Usage.NONE);
  }

  @Test
  void anInterruptedWorkerStopsWaitingAndStaysInterrupted() {
    Thread.currentThread().interrupt();

    ModelReply reply = model().ask(request(told("Hello.")));

    assertThat(Thread.interrupted()).isTrue();
    assertThat(reply).isInstanceOf(Unavailable.class);
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
    ModelReply reply = model(provider.url(), () -> key).ask(request(told("Hello.")));

    assertThat(((Refused) reply).hopeless()).isTrue();
    assertThat(reply.toString()).doesNotContain("canary");
    assertThat(provider.asked()).isEmpty();
  }

  @Test
  void aKeyThatCannotBeReadNowIsUnavailable() {
    Supplier<String> locked =
        () -> {
          throw new IllegalStateException("vault said " + CANARY);
        };

    assertThat(((Unavailable) model(provider.url(), locked).ask(request(told("Hello.")))).why())
        .isEqualTo("the API key could not be read: IllegalStateException");
  }

  @Test
  void theKeyIsReadForEveryRequest() {
    List<String> keys = new ArrayList<>(List.of("sk-old", "sk-new"));
    RemoteModel model = model(provider.url(), keys::removeFirst);
    provider.thenFile("text.json").thenFile("text.json");

    model.ask(request(told("Hello.")));
    model.ask(request(told("Hello.")));

    assertThat(provider.asked().getFirst().headers().getFirst(keyHeader())).contains("sk-old");
    assertThat(provider.asked().getLast().headers().getFirst(keyHeader())).contains("sk-new");
  }

  private void assertLost(String why) {
    Unavailable unavailable = (Unavailable) ask();
    assertThat(unavailable.why()).contains(why);
    assertThat(unavailable.usage().outputTokens()).isEqualTo(1_024);
    assertThat(unavailable.usage().costMicros()).isPositive();
  }

  /** Asks, and sees that it was asked once. */
  protected final ModelReply ask() {
    ModelReply reply = model().ask(request(told("Hello.")));
    assertThat(provider.asked()).hasSize(1);
    assertThat(reply.toString()).doesNotContain(CANARY);
    return reply;
  }

  protected final Answered answered(String file) {
    provider.thenFile(file);
    return assertThat(ask()).asInstanceOf(type(Answered.class)).actual();
  }

  protected final RemoteModel model() {
    return model(provider.url(), () -> CANARY);
  }

  private RemoteModel model(URI url, Supplier<String> key) {
    return model(dialect(), url, key);
  }

  protected final RemoteModel model(Dialect dialect, URI url, Supplier<String> key) {
    return new RemoteModel(
        dialect,
        new RemoteModel.Route(URI.create(url + path()), authorization(key)),
        new RemoteModel.Terms(new Model.Origin("anthropic", "m"), PRICE, 200_000),
        InstantSource.fixed(NOW));
  }

  protected static ModelRequest request(Message... messages) {
    return request(Duration.ofSeconds(20), messages);
  }

  private static ModelRequest request(Duration timeLimit, Message... messages) {
    ObjectNode input =
        (ObjectNode)
            FakeProvider.parsed(
                """
                {"type": "object", "properties": {"url": {"type": "string"}}, "required": ["url"]}
                """);
    return new ModelRequest(
        "default",
        "Watch the prices.",
        List.of(messages),
        List.of(new ToolSpec("fetch_page", "Fetches a page.", input)),
        1_024,
        timeLimit);
  }

  protected static Message told(String text) {
    return new Message.ToModel(List.of(), List.of(text));
  }

  private static CallReply reply(String callId, boolean isError, String text) {
    return new CallReply(callId, "fetch_page", isError, false, text);
  }

  protected final JsonNode tree(String file) {
    return FakeProvider.parsed(provider.file(file));
  }

  protected static List<JsonNode> content(Answered answered) {
    return answered.answer().path("content").valueStream().toList();
  }

  private static String stopReason(Answered answered) {
    return answered.answer().path("stop_reason").asText();
  }

  private static List<JsonNode> twoCalls() {
    return FakeProvider.parsed(
            """
            [{"type": "text", "text": "I look at both pages."},
             {"type": "tool_use", "id": "toolu_01A09q90qw90lq917835lq9", "name": "fetch_page",
              "input": {"url": "https://shop.example/a"}},
             {"type": "tool_use", "id": "toolu_01B7Zk2mX4nQ8rT5vW1yU3s", "name": "fetch_page",
              "input": {"url": "https://shop.example/b"}}]
            """)
        .valueStream()
        .toList();
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
