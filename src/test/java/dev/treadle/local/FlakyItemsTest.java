package dev.treadle.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.treadle.tool.HttpPost;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlakyItemsTest {
  @TempDir private Path folder;
  private final HttpClient client = HttpClient.newHttpClient();
  private HttpServer server;
  private volatile Instant now = Instant.parse("2026-11-02T06:00:00Z");

  @BeforeEach
  void open() throws Exception {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    FlakyItems.install(server, folder, () -> now);
    server.start();
  }

  @AfterEach
  void close() {
    server.stop(0);
    client.close();
  }

  @Test
  void theSameKeyIsProcessedOnce() throws Exception {
    assertThat(post("item-001", "5.00", 1).statusCode()).isEqualTo(200);
    assertThat(post("item-001", "5.00", 1).statusCode()).isEqualTo(200);

    assertThat(folder.toFile().listFiles()).hasSize(1);
  }

  @Test
  void busyAndBrokenPassWithTheNextRequest() throws Exception {
    HttpResponse<String> busy = post("item-017", "5.00", 1);
    assertThat(busy.statusCode()).isEqualTo(429);
    assertThat(busy.headers().firstValue("Retry-After")).contains("1");
    assertThat(post("item-046", "5.00", 2).statusCode()).isEqualTo(503);
    assertThat(folder).isEmptyDirectory();

    assertThat(post("item-017", "5.00", 1).statusCode()).isEqualTo(200);
    assertThat(post("item-046", "5.00", 2).statusCode()).isEqualTo(200);
  }

  @Test
  void anOutageHitsEveryItemUntilItIsOver() throws Exception {
    assertThat(post("item-121", "5.00", 1).statusCode()).isEqualTo(503);
    now = now.plus(Duration.ofSeconds(24));
    assertThat(post("item-121", "5.00", 1).statusCode()).isEqualTo(503);
    assertThat(post("item-001", "5.00", 2).statusCode()).isEqualTo(503);
    now = now.plus(Duration.ofSeconds(1));

    assertThat(post("item-121", "5.00", 1).statusCode()).isEqualTo(200);
  }

  @Test
  void aNegativeAmountIsRefusedEachTime() throws Exception {
    assertThat(post("item-077", "-5.00", 1).statusCode()).isEqualTo(422);
    assertThat(post("item-077", "-5.00", 1).body()).contains("the amount is negative: -5.00");
  }

  private HttpResponse<String> post(String item, String amount, int key) throws Exception {
    URI address =
        URI.create("http://127.0.0.1:%d/api/items".formatted(server.getAddress().getPort()));
    HttpRequest request =
        HttpRequest.newBuilder(address)
            .header(HttpPost.KEY_HEADER, "%032x".formatted(key))
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    "{\"id\": \"%s\", \"amount\": %s}".formatted(item, amount)))
            .build();
    return client.send(request, HttpResponse.BodyHandlers.ofString());
  }
}
