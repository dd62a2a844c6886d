package dev.treadle.local;

import dev.treadle.Json;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.Reader;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Sends a command to the runtime that holds a data folder, if one does. */
final class CommandClient {
  private CommandClient() {}

  /** The command's exit code; empty when no runtime is there. */
  static OptionalInt send(Path data, List<String> arguments, PrintStream out)
      throws IOException, InterruptedException {
    Optional<RuntimeFile> runtime = RuntimeFile.in(data);
    if (runtime.isEmpty()) return OptionalInt.empty();
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + runtime.get().port() + CommandServer.PATH))
            .header(CommandServer.SECRET_HEADER, runtime.get().secret())
            .POST(HttpRequest.BodyPublishers.ofString(Json.write(arguments)))
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<java.io.InputStream> response =
          client.send(request, HttpResponse.BodyHandlers.ofInputStream());
      // Somebody else's server took the port of a runtime that died.
      if (response.statusCode() != 200) return OptionalInt.empty();
      try (Reader reader = new InputStreamReader(response.body(), StandardCharsets.UTF_8)) {
        return OptionalInt.of(copy(reader, out));
      }
    } catch (ConnectException nobodyThere) {
      return OptionalInt.empty();
    }
  }

  /** Passes the answer on as it comes, up to the command's exit code. */
  private static int copy(Reader reader, PrintStream out) {
    StringBuilder exit = new StringBuilder();
    boolean ended = false;
    char[] buffer = new char[4096];
    try {
      for (int count = reader.read(buffer); count >= 0; count = reader.read(buffer)) {
        for (int i = 0; i < count; i++) {
          if (buffer[i] == CommandServer.EXIT_MARK) ended = true;
          else if (ended) exit.append(buffer[i]);
          else out.print(buffer[i]);
        }
        out.flush();
      }
    } catch (IOException cutOff) {
      exit.setLength(0); // The runtime was killed: half an exit code is none.
    }
    if (exit.isEmpty()) {
      out.println();
      out.println("treadle: the runtime ended before it said how the command went");
      out.println("  what it did is kept; look with: treadle tasks");
      return TreadleCommand.EXIT_UNAVAILABLE;
    }
    return Integer.parseInt(exit.toString());
  }
}
