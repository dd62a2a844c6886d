package dev.treadle.llm.remote;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.Json;
import dev.treadle.Reserve;
import dev.treadle.Usage;
import dev.treadle.llm.Model;
import dev.treadle.llm.ModelReply;
import dev.treadle.llm.ModelRequest;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A model that is asked over HTTP, without streaming.
 *
 * <p>Each request has a connection of its own and is sent once. What cannot be known counts at its
 * worst: once the request was sent, a lost reply may have been paid for.
 */
public final class RemoteModel implements Model {
  private static final Pattern LEGAL_HEADER = Pattern.compile("[!-~]([ -~]{0,8000}[!-~])?");

  /** What a provider adds to every request with tools, generously. */
  private static final long OVERHEAD_TOKENS = 2_000;

  private final Dialect dialect;
  private final Route route;
  private final Terms terms;
  private final InstantSource clock;

  /** Where requests go, and what lets them in. */
  public record Route(URI url, Authorization authorization) {
    @Override
    public String toString() {
      return "Route[" + url + "]";
    }
  }

  /**
   * What is known of a model.
   *
   * @param origin whose it is
   * @param windowTokens how much it can read and write in one call
   */
  public record Terms(Origin origin, Price price, int windowTokens) {
    public Terms {
      if (windowTokens < 1_000) {
        throw new IllegalArgumentException(
            "a model's window must be at least 1000 tokens, was " + windowTokens);
      }
    }
  }

  public RemoteModel(Dialect dialect, Route route, Terms terms, InstantSource clock) {
    this.dialect = dialect;
    this.route = route;
    this.terms = terms;
    this.clock = clock;
  }

  @Override
  public Origin origin() {
    return terms.origin();
  }

  @Override
  public int windowTokens() {
    return terms.windowTokens();
  }

  /**
   * Counts each character as a token and all input at the dearest price: an estimate from above.
   */
  @Override
  public Reserve reserveFor(long inputChars, int maxOutputTokens) {
    Usage worst = atWorst(inputChars, maxOutputTokens);
    return new Reserve(worst.costMicros(), worst.tokens());
  }

  private Usage atWorst(long inputChars, int maxOutputTokens) {
    long inputTokens = inputChars + OVERHEAD_TOKENS;
    return new Usage(
        inputTokens, maxOutputTokens, terms.price().costMicrosAtMost(inputTokens, maxOutputTokens));
  }

  private Usage atWorst(ModelRequest request) {
    return atWorst(request.chars(), request.maxOutputTokens());
  }

  @Override
  public ModelReply ask(ModelRequest request) {
    ObjectNode body = dialect.request(request);
    byte[] bytes = Json.write(body).getBytes(StandardCharsets.UTF_8);
    Map<String, String> letIn;
    try {
      letIn = route.authorization().headers(route.url(), bytes);
    } catch (RuntimeException locked) {
      // Its message is not repeated: nobody knows what a store of secrets writes into it.
      return new ModelReply.Unavailable(
          "the API key could not be read: " + locked.getClass().getSimpleName(),
          Duration.ZERO,
          Usage.NONE);
    }
    // The JDK would refuse such a header with the key in its words.
    if (!letIn.values().stream().allMatch(value -> LEGAL_HEADER.matcher(value).matches())) {
      return new ModelReply.Refused(
          "the API key is empty or holds a character that no header may hold", true);
    }
    HttpRequest.Builder http =
        HttpRequest.newBuilder(route.url())
            .header("content-type", "application/json")
            .header("accept", "application/json")
            .header("user-agent", "treadle")
            .POST(HttpRequest.BodyPublishers.ofByteArray(bytes));
    dialect.headers(body).forEach(http::header);
    letIn.forEach(http::header);
    Words words = new Words(secrets(letIn));
    return read(new Exchange(http.build(), request.timeLimit(), words).run(), request, words);
  }

  /** The values of the headers, and the keys that they hold behind a scheme. */
  private static List<String> secrets(Map<String, String> letIn) {
    List<String> secrets = new ArrayList<>(letIn.values());
    letIn.values().forEach(value -> secrets.add(value.substring(value.indexOf(' ') + 1)));
    return secrets;
  }

  private ModelReply read(Exchange.Heard heard, ModelRequest request, Words words) {
    return switch (heard) {
      case Exchange.Success(ObjectNode body) -> answered(dialect.said(body), request, words);
      case Exchange.Failure(var response) ->
          ProviderError.reply(dialect, response, words, clock.instant());
      case Exchange.Unreached(String why) ->
          new ModelReply.Unavailable(why, Duration.ZERO, Usage.NONE);
      case Exchange.Lost(String why) ->
          new ModelReply.Unavailable(why, Duration.ZERO, atWorst(request));
    };
  }

  private ModelReply answered(Dialect.Said said, ModelRequest request, Words words) {
    return switch (said) {
      case Dialect.Answer(ObjectNode answer, Optional<Tokens> used) -> {
        CallIds.complete(answer, request);
        yield new ModelReply.Answered(
            answer, used.map(this::usage).orElseGet(() -> atWorst(request)));
      }
      // An error in a body is an answer, and answers are not asked for again.
      case Dialect.Denial(String why) ->
          new ModelReply.Refused(
              "%s answered 200 with an error: %s".formatted(dialect.provider(), words.of(why)),
              false);
    };
  }

  private Usage usage(Tokens tokens) {
    return new Usage(tokens.input(), tokens.output(), terms.price().costMicros(tokens));
  }

  @Override
  public String toString() {
    return "RemoteModel[%s, %s]".formatted(dialect.provider(), route);
  }
}
