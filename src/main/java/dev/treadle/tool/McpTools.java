package dev.treadle.tool;

import com.fasterxml.jackson.databind.JsonNode;
import dev.treadle.Agent;
import dev.treadle.Json;
import dev.treadle.Secrets;
import dev.treadle.Tool;
import dev.treadle.ToolOutcome;
import dev.treadle.tool.McpListing.Offer;
import io.modelcontextprotocol.spec.McpError;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import javax.net.ssl.SSLContext;

/**
 * The reviewed tools of one remote MCP server.
 *
 * <p>Making them asks nobody: the model reads what the operator reviewed. Each call opens a session
 * of its own, compares what the server says of the tool now with the review, and only then calls,
 * once. Safe for several threads.
 */
public final class McpTools {
  public static final int RESULT_CHARS_MAX = 32_000;
  private static final int TOLD_CHARS_MAX = 1_000;

  /** JSON-RPC's codes for a request that was not carried out (section 5.1 of its version 2.0). */
  private static final Set<Integer> NOT_DONE = Set.of(-32_700, -32_600, -32_601, -32_602);

  private final McpServer server;
  private final AddressGuard guard;
  private final WebExchange exchange;
  private final TimeLimits limits;
  private final Secrets secrets;
  private final InstantSource clock;

  /**
   * The tools of a server.
   *
   * @param secrets reads the value of the Authorization header when it is used
   */
  public McpTools(McpServer server, Reach reach, Secrets secrets, InstantSource clock) {
    this(
        server,
        new AddressGuard(reach, Names.SYSTEM),
        WebExchange.systemTls(),
        TimeLimits.USUAL,
        secrets,
        clock);
  }

  McpTools(
      McpServer server,
      AddressGuard guard,
      SSLContext tls,
      TimeLimits limits,
      Secrets secrets,
      InstantSource clock) {
    this.server = server;
    this.guard = guard;
    this.exchange = new WebExchange(limits, tls);
    this.limits = limits;
    this.secrets = secrets;
    this.clock = clock;
  }

  /**
   * The agents, each with the tools of the servers that name it.
   *
   * @throws IllegalArgumentException a server names an agent that is not there
   */
  public static List<Agent> equip(List<Agent> agents, List<McpTools> servers) {
    for (McpTools each : servers) {
      for (String named : each.server.agents()) {
        if (agents.stream().noneMatch(agent -> agent.name().equals(named))) {
          throw new IllegalArgumentException(
              "%s: the server %s names the agent %s, which is not there"
                  .formatted(McpFile.VARIABLE, each.server.name(), named));
        }
      }
    }
    return agents.stream().map(agent -> equip(agent, servers)).toList();
  }

  private static Agent equip(Agent agent, List<McpTools> servers) {
    List<Tool> tools = new ArrayList<>(agent.tools());
    for (McpTools each : servers) {
      if (each.server.agents().contains(agent.name())) tools.addAll(each.tools());
    }
    return agent.with(tools);
  }

  public McpServer server() {
    return server;
  }

  /** Named {@code server_tool}; what they answer is outside text. */
  public List<Tool> tools() {
    return server.tools().stream().map(this::tool).toList();
  }

  private Tool tool(PinnedTool pinned) {
    String name = server.modelName(pinned.name());
    Tool.Terms usual = Tool.Terms.USUAL;
    return new Tool(
            name,
            pinned.description(),
            pinned.input(),
            pinned.effect(),
            pinned.blastRadius(),
            new Tool.Terms(
                usual.timeLimit(), Duration.ZERO, 0, pinned.undo(), Optional.empty(), true),
            Tool.Review.plain(name),
            Optional.empty(),
            Optional::empty,
            pinned.outward(),
            (arguments, _) -> call(pinned, arguments))
        .dependingOn(String.valueOf(server.address().getHost()));
  }

  /** What the server offers now, reviewed or not. */
  public McpListing list() throws InterruptedException {
    Answer<McpListing> answer =
        within(new AtomicBoolean(), session -> new McpListing.Listed(session.offers()));
    return switch (answer) {
      case Answer.Given<McpListing>(McpListing listing) -> listing;
      case Answer.Missing<McpListing> missing -> new McpListing.NotListed(missing.why());
    };
  }

  /** What became of a conversation. */
  private sealed interface Answer<T> {
    record Given<T>(T value) implements Answer<T> {}

    record Missing<T>(String why, boolean passes, Duration after) implements Answer<T> {}
  }

  private ToolOutcome call(PinnedTool pinned, JsonNode arguments)
      throws IOException, InterruptedException {
    AtomicBoolean called = new AtomicBoolean();
    Answer<ToolOutcome> answer =
        within(
            called,
            session -> {
              Optional<String> change = change(pinned, session.offers());
              if (change.isPresent()) return ToolOutcome.failed(change.get());
              return outcome(session.call(pinned.name(), arguments));
            });
    return switch (answer) {
      case Answer.Given<ToolOutcome>(ToolOutcome outcome) -> outcome;
      // The call may have arrived, and nobody heard what came of it.
      case Answer.Missing<ToolOutcome>(String why, boolean _, Duration _) when called.get() ->
          throw new IOException(why);
      case Answer.Missing<ToolOutcome>(String why, boolean passes, Duration after) ->
          passes ? new ToolOutcome.Unavailable(why, after) : ToolOutcome.failed(why);
    };
  }

  /** How the server's word on a tool differs from the review; empty when it does not. */
  public Optional<String> change(PinnedTool pinned, List<Offer> offers) {
    List<Offer> named =
        offers.stream().filter(offer -> offer.name().equals(pinned.name())).toList();
    if (named.isEmpty()) {
      return Optional.of(
          "MCP server %s no longer offers the tool %s (expected sha256 %s, found none): it is not called"
              .formatted(server.name(), pinned.name(), pinned.sha256()));
    }
    return named.stream()
        .map(Offer::sha256)
        .filter(found -> !found.equals(pinned.sha256()))
        .findFirst()
        .map(found ->
            "MCP server %s changed the tool %s since it was reviewed (expected sha256 %s, found %s): it is not called until somebody reviews it"
                .formatted(server.name(), pinned.name(), pinned.sha256(), found));
  }

  private static ToolOutcome outcome(McpSession.Result result) {
    return result.failed()
        ? ToolOutcome.failed(cut(result.text(), TOLD_CHARS_MAX))
        : new ToolOutcome.Succeeded(Json.tree(cut(result.text(), RESULT_CHARS_MAX)));
  }

  private static String cut(String text, int most) {
    return text.length() <= most
        ? text
        : "%s … (%d more characters left out)"
            .formatted(text.substring(0, most), text.length() - most);
  }

  private <T> Answer<T> within(AtomicBoolean called, Function<McpSession, T> conversation)
      throws InterruptedException {
    return limits
        .within(() -> answer(called, conversation))
        .orElseGet(() ->
            new Answer.Missing<>(
                server.address() + " took longer than " + limits.totalSeconds(),
                true,
                Duration.ZERO));
  }

  private <T> Answer<T> answer(AtomicBoolean called, Function<McpSession, T> conversation) {
    Map<String, String> credentials;
    WebAddress address;
    try {
      credentials =
          server
              .authorization()
              .map(name -> Map.of("Authorization", secrets.read(name)))
              .orElse(Map.of());
      address = WebAddress.of(server.address().toString());
    } catch (Secrets.Unreadable unreadable) {
      return new Answer.Missing<>(String.valueOf(unreadable.getMessage()), true, Duration.ZERO);
    } catch (WebAddress.Unfit unfit) {
      return new Answer.Missing<>(String.valueOf(unfit.getMessage()), false, Duration.ZERO);
    }
    return switch (guard.judge(address)) {
      case AddressGuard.Ruling.Refused(String why) ->
          new Answer.Missing<>(why, false, Duration.ZERO);
      case AddressGuard.Ruling.Unresolved(String why) ->
          new Answer.Missing<>(why, true, Duration.ZERO);
      case AddressGuard.Ruling.Cleared cleared ->
          converse(
              new McpTransport(exchange, cleared, credentials, called, clock),
              called,
              conversation);
    };
  }

  private <T> Answer<T> converse(
      McpTransport transport, AtomicBoolean called, Function<McpSession, T> conversation) {
    try {
      return new Answer.Given<>(conversation.apply(McpSession.open(transport, limits.total())));
    } catch (RuntimeException broken) {
      return missing(broken, called);
    } finally {
      goodbye(transport);
    }
  }

  /** A server that does not listen any more ends the session by itself, some time. */
  private static void goodbye(McpTransport transport) {
    Thread.ofVirtual().name("goodbye").start(() -> transport.closeGracefully().block());
  }

  /** The protocol's library wraps what went wrong, and calls much of it a bare runtime failure. */
  private <T> Answer<T> missing(RuntimeException broken, AtomicBoolean called) {
    for (Throwable cause = broken; cause != null; cause = cause.getCause()) {
      if (cause instanceof McpTransport.Trouble trouble) {
        return new Answer.Missing<>(
            String.valueOf(trouble.getMessage()), trouble.passes(), trouble.after());
      }
      if (cause instanceof McpError error) {
        if (error.getJsonRpcError() != null && NOT_DONE.contains(error.getJsonRpcError().code())) {
          called.set(false);
        }
        return new Answer.Missing<>(
            "%s answered with an error: %s"
                .formatted(
                    server.address(), cut(String.valueOf(error.getMessage()), TOLD_CHARS_MAX)),
            false,
            Duration.ZERO);
      }
    }
    return new Answer.Missing<>(
        "%s does not speak MCP as it should: %s"
            .formatted(server.address(), cut(String.valueOf(broken.getMessage()), TOLD_CHARS_MAX)),
        true,
        Duration.ZERO);
  }
}
