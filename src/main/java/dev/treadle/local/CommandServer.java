package dev.treadle.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.treadle.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * Runs commands for other processes, so that the command line works the same whether or not a
 * runtime holds the store. The answer is the command's output as it comes, ended by its exit code.
 */
final class CommandServer implements HttpHandler {
  static final String PATH = "/command";
  static final String SECRET_HEADER = "Treadle-Secret";

  /** Stands before the exit code, at the end of the output. */
  static final char EXIT_MARK = '\u0004';

  private static final int ARGUMENTS_BYTES_MAX = 512 * 1024;
  private final String secret;
  private final CommandRunner runner;

  /** Runs a command line against the runtime and answers with its exit code. */
  @FunctionalInterface
  interface CommandRunner {
    int run(String[] arguments, PrintWriter out);
  }

  CommandServer(String secret, CommandRunner runner) {
    this.secret = secret;
    this.runner = runner;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      if (!isAllowed(exchange)) {
        exchange.sendResponseHeaders(403, -1);
        return;
      }
      byte[] body = exchange.getRequestBody().readNBytes(ARGUMENTS_BYTES_MAX + 1);
      if (body.length > ARGUMENTS_BYTES_MAX) {
        // Whoever sends reads no answer before all of it was taken.
        exchange.getRequestBody().transferTo(OutputStream.nullOutputStream());
        answer(exchange, CommandServer::tooLong);
        return;
      }
      List<String> arguments = new ArrayList<>();
      try {
        JsonNode tree = Json.parse(new String(body, StandardCharsets.UTF_8));
        tree.forEach(argument -> arguments.add(argument.asText()));
      } catch (Json.MalformedJson malformed) {
        exchange.sendResponseHeaders(400, -1);
        return;
      }
      answer(exchange, out -> runner.run(arguments.toArray(String[]::new), out));
    }
  }

  private static void answer(HttpExchange exchange, ToIntFunction<PrintWriter> command)
      throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
    exchange.sendResponseHeaders(200, 0);
    PrintWriter out = new PrintWriter(exchange.getResponseBody(), true, StandardCharsets.UTF_8);
    int exit = command.applyAsInt(out);
    out.print(EXIT_MARK + Integer.toString(exit));
    out.flush();
  }

  private static int tooLong(PrintWriter out) {
    out.println(
        "treadle: nothing was done: a command with its files has at most %d KB"
            .formatted(ARGUMENTS_BYTES_MAX / 1024));
    return TreadleCommand.EXIT_USAGE;
  }

  private boolean isAllowed(HttpExchange exchange) {
    String given = exchange.getRequestHeaders().getFirst(SECRET_HEADER);
    return exchange.getRequestMethod().equals("POST")
        && given != null
        && MessageDigest.isEqual(
            given.getBytes(StandardCharsets.UTF_8), secret.getBytes(StandardCharsets.UTF_8));
  }
}
