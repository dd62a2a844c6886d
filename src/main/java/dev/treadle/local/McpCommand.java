package dev.treadle.local;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.Json;
import dev.treadle.Redaction;
import dev.treadle.lambda.McpDeployment;
import dev.treadle.tool.McpListing;
import dev.treadle.tool.McpTools;
import dev.treadle.tool.PinnedTool;
import java.io.PrintWriter;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code treadle mcp SERVER}: what a remote MCP server offers now, for an operator to review. */
@Command(
    name = "mcp",
    description =
        "Shows what a server of TREADLE_MCP offers now, and how that differs from the review.",
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // The command line fills in the parameters.
final class McpCommand implements Callable<Integer> {
  static final String NAME = "mcp";

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "SERVER", description = "its name in TREADLE_MCP")
  private String server;

  @Option(names = "--json", description = "tools as they are written in TREADLE_MCP")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    List<McpTools> servers;
    try {
      servers =
          McpDeployment.ofTheProcess(
              LocalAgents.reach(),
              InstantSource.system(),
              Redaction.ofEnvironment(System.getenv()));
    } catch (IllegalArgumentException wrong) {
      out.println("treadle: " + wrong.getMessage());
      return TreadleCommand.EXIT_USAGE;
    }
    Optional<McpTools> asked =
        servers.stream().filter(each -> each.server().name().equals(server)).findFirst();
    if (asked.isEmpty()) {
      out.println(
          "treadle: TREADLE_MCP has no server named %s, only %s"
              .formatted(server, servers.stream().map(each -> each.server().name()).toList()));
      return TreadleCommand.EXIT_USAGE;
    }
    return show(asked.get(), json, out);
  }

  /** Prints the list; fails when a reviewed tool is gone or is another. */
  static int show(McpTools asked, boolean json, PrintWriter out) throws InterruptedException {
    return switch (asked.list()) {
      case McpListing.NotListed(String why) -> {
        out.println("treadle: " + printable(why));
        yield TreadleCommand.EXIT_FAILED;
      }
      case McpListing.Listed(List<McpListing.Offer> offers) -> {
        List<String> changes =
            asked.server().tools().stream()
                .flatMap(pinned -> asked.change(pinned, offers).stream())
                .toList();
        if (json) offers.forEach(offer -> out.println(Json.write(entry(offer))));
        else offers.forEach(offer -> print(offer, asked, out));
        changes.forEach(change -> out.println("treadle: " + printable(change)));
        yield changes.isEmpty() ? TreadleCommand.EXIT_DONE : TreadleCommand.EXIT_FAILED;
      }
    };
  }

  private static ObjectNode entry(McpListing.Offer offer) {
    ObjectNode entry = Json.object();
    entry.put("name", offer.name()).put("sha256", offer.sha256());
    entry.put("description", offer.description());
    entry.set("input_schema", offer.inputSchema());
    return entry;
  }

  private static void print(McpListing.Offer offer, McpTools asked, PrintWriter out) {
    out.println("%s  %s".formatted(printable(offer.name()), review(offer, asked)));
    out.println("  sha256 " + offer.sha256());
    out.println("  " + printable(offer.description()));
    out.println("  " + printable(Json.write(offer.inputSchema())));
  }

  private static String review(McpListing.Offer offer, McpTools asked) {
    Optional<PinnedTool> pinned =
        asked.server().tools().stream()
            .filter(each -> each.name().equals(offer.name()))
            .findFirst();
    if (pinned.isEmpty()) return "not reviewed: not offered to any model";
    return pinned.get().sha256().equals(offer.sha256())
        ? "as reviewed"
        : "CHANGED since it was reviewed: not called";
  }

  /** A stranger's text must not steer the terminal of the person who judges it. */
  private static String printable(String text) {
    return text.replaceAll("[\\p{Cntrl}\\p{Cf}\\p{Zl}\\p{Zp}]+", " ");
  }
}
