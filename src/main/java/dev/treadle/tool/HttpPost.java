package dev.treadle.tool;

import com.fasterxml.jackson.databind.JsonNode;
import dev.treadle.BlastRadius;
import dev.treadle.Json;
import dev.treadle.Preview;
import dev.treadle.Tool;
import dev.treadle.ToolOutcome;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLContext;

/**
 * Makes tools that send JSON to one address, which their author names and no model changes. The
 * ledger's key goes along as {@value #KEY_HEADER}.
 *
 * <p>A request that certainly did not arrive is told as unavailable; one whose answer was lost
 * throws, so that the ledger says "unknown" and not "failed".
 */
public final class HttpPost {
  public static final String KEY_HEADER = "Idempotency-Key";
  private static final int TOLD_CHARS_MAX = 300;
  private final AddressGuard guard;
  private final WebExchange exchange;
  private final TimeLimits limits;
  private final InstantSource clock;

  /**
   * Where a tool posts to.
   *
   * @param name of the tool
   * @param description for the model
   * @param arguments what the body must fit; it is sent as it is
   * @param headers such as a login; they are never shown to the model
   */
  public record Target(
      String name,
      String description,
      URI address,
      BlastRadius blastRadius,
      Class<? extends Record> arguments,
      Map<String, String> headers) {
    public Target {
      headers = Map.copyOf(headers);
    }
  }

  public HttpPost(Reach reach, InstantSource clock) {
    this(reach, Names.SYSTEM, WebExchange.systemTls(), TimeLimits.USUAL, clock);
  }

  HttpPost(Reach reach, Names names, SSLContext tls, TimeLimits limits, InstantSource clock) {
    this.guard = new AddressGuard(reach, names);
    this.exchange = new WebExchange(limits, tls);
    this.limits = limits;
    this.clock = clock;
  }

  /** A tool whose other side promises nothing about equal keys. */
  public Tool irreversible(Target target) {
    return tool(
        target,
        Tool.irreversible(
            target.name(),
            target.description(),
            target.blastRadius(),
            target.arguments(),
            body(target)));
  }

  /**
   * A tool whose other side performs requests of equal keys once.
   *
   * @param window how long it remembers a key
   */
  public Tool idempotent(Target target, Duration window) {
    return tool(
        target,
        Tool.idempotent(
            target.name(),
            target.description(),
            target.blastRadius(),
            window,
            target.arguments(),
            body(target)));
  }

  private static Tool tool(Target target, Tool plain) {
    String host = String.valueOf(target.address().getHost());
    return plain
        .dependingOn(host)
        // What the other side answers is written there, not here.
        .bringingOutsideText()
        .shownAs(
            new Tool.Review(
                _ -> "Post to " + host,
                body ->
                    List.of(
                        Preview.link("Address", target.address().toString()),
                        Preview.json("Body", body)),
                Set.of()));
  }

  private <A extends Record> Tool.Body<A> body(Target target) {
    return (arguments, invocation) ->
        post(target, Json.write(Json.tree(arguments)), invocation.key());
  }

  private ToolOutcome post(Target target, String body, String key)
      throws IOException, InterruptedException {
    WebAddress address;
    try {
      address = WebAddress.of(target.address().toString());
    } catch (WebAddress.Unfit unfit) {
      return ToolOutcome.failed(String.valueOf(unfit.getMessage()));
    }
    // Past the limit nobody knows how far it got.
    return limits
        .within(() -> post(target, address, body, key))
        .orElseThrow(() -> new IOException(address + " took longer than " + limits.totalSeconds()))
        .get();
  }

  /** What became of a request; getting it throws when nobody knows. */
  @FunctionalInterface
  private interface Posted {
    ToolOutcome get() throws IOException;
  }

  private Posted post(Target target, WebAddress address, String body, String key) {
    return switch (guard.judge(address)) {
      case AddressGuard.Ruling.Refused(String why) -> () -> ToolOutcome.failed(why);
      case AddressGuard.Ruling.Unresolved(String why) ->
          () -> new ToolOutcome.Unavailable(why, Duration.ZERO);
      case AddressGuard.Ruling.Cleared cleared -> {
        Map<String, String> headers = new HashMap<>(target.headers());
        headers.put("Accept", "application/json");
        headers.put(KEY_HEADER, key);
        var request = new WebExchange.Request("POST", cleared, headers, Optional.of(body));
        yield posted(address, exchange.send(request, _ -> true));
      }
    };
  }

  private Posted posted(WebAddress address, WebExchange.Answer answer) {
    return switch (answer) {
      case WebExchange.Answer.Heard heard -> () -> judged(address, heard);
      case WebExchange.Answer.Unheard(String why, boolean _, boolean sent) when sent ->
          () -> {
            throw new IOException(why);
          };
      case WebExchange.Answer.Unheard(String why, boolean passes, boolean _) ->
          () -> passes ? new ToolOutcome.Unavailable(why, Duration.ZERO) : ToolOutcome.failed(why);
    };
  }

  private ToolOutcome judged(WebAddress address, WebExchange.Answer.Heard heard)
      throws IOException {
    Head head = heard.head();
    String text = head.isLegible() ? head.text(heard.body()) : "";
    String told = "%s answered %d: %s".formatted(address, head.status(), cut(text));
    if (head.isSuccess()) return new ToolOutcome.Succeeded(output(head, text));
    // Too many requests: the other side says that it did nothing.
    if (head.status() == 429) return new ToolOutcome.Unavailable(told, head.retryAfter(clock));
    // A server that broke may have done it before.
    if (head.isPassing()) throw new IOException(told);
    return ToolOutcome.failed(told);
  }

  private static JsonNode output(Head head, String text) {
    if (head.mediaType().endsWith("json")) {
      try {
        return Json.parse(text);
      } catch (Json.MalformedJson notJson) {
        return Json.tree(text);
      }
    }
    return Json.tree(text);
  }

  private static String cut(String text) {
    return text.length() <= TOLD_CHARS_MAX ? text : text.substring(0, TOLD_CHARS_MAX) + " …";
  }
}
