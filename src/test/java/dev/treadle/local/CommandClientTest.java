package dev.treadle.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandClientTest {
  private static final String BEGUN =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7\r\nt-1 ...\r\n";

  @TempDir private Path data;

  @Test
  void aRuntimeThatDiesInTheMiddleOfAnAnswerIsSaidInWords() throws Exception {
    ByteArrayOutputStream told = new ByteArrayOutputStream();
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      new RuntimeFile(server.getLocalPort(), "secret").writeTo(data);
      Thread dying = Thread.startVirtualThread(() -> answerHalfAndDie(server));

      OptionalInt exit =
          CommandClient.send(
              data, List.of("tasks"), new PrintStream(told, true, StandardCharsets.UTF_8));
      dying.join();

      assertThat(exit).hasValue(TreadleCommand.EXIT_UNAVAILABLE);
    }
    assertThat(told.toString(StandardCharsets.UTF_8))
        .startsWith("t-1 ...")
        .contains("the runtime ended before it said how the command went")
        .contains("treadle tasks");
  }

  @Test
  void aCommandThatIsTooLongIsRefusedInWordsAndNotCut() throws Exception {
    ByteArrayOutputStream told = new ByteArrayOutputStream();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    List<String> ran = new CopyOnWriteArrayList<>();
    server.createContext(
        CommandServer.PATH,
        new CommandServer(
            "secret",
            (arguments, _) -> {
              ran.addAll(List.of(arguments));
              return TreadleCommand.EXIT_DONE;
            }));
    server.start();
    try {
      new RuntimeFile(server.getAddress().getPort(), "secret").writeTo(data);

      OptionalInt exit =
          CommandClient.send(
              data,
              List.of("run", "--input", "x".repeat(600 * 1024)),
              new PrintStream(told, true, StandardCharsets.UTF_8));

      assertThat(exit).hasValue(TreadleCommand.EXIT_USAGE);
    } finally {
      server.stop(0);
    }
    assertThat(told.toString(StandardCharsets.UTF_8)).contains("at most 512 KB");
    assertThat(ran).isEmpty();
  }

  private static void answerHalfAndDie(ServerSocket server) {
    try (Socket socket = server.accept()) {
      // The request is read to its end, or closing would reset the connection before the answer.
      byte[] request = new byte[4_096];
      int read = socket.getInputStream().read(request);
      String text = new String(request, 0, read, StandardCharsets.UTF_8);
      if (!text.endsWith("]")) read = socket.getInputStream().read(request);
      socket.getOutputStream().write(BEGUN.getBytes(StandardCharsets.UTF_8));
      socket.getOutputStream().flush();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
