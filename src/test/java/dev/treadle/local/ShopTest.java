package dev.treadle.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ShopTest {
  private final HttpClient client = HttpClient.newHttpClient();
  private HttpServer server;
  private Instant now = Instant.parse("2026-11-02T06:00:00Z");

  @BeforeEach
  void open() throws Exception {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    Shop.install(server, () -> now);
    server.start();
  }

  @AfterEach
  void close() {
    server.stop(0);
    client.close();
  }

  @Test
  void aDayHasItsPricesAndTheNextDayHasFewOthers() {
    for (int day = 0; day < 60; day++) {
      LocalDate today = LocalDate.parse("2026-11-01").plusDays(day);
      int changed = 0;
      for (Competitor shop : Competitor.values()) {
        for (Competitor.Product product : Competitor.PRODUCTS) {
          var tomorrow = shop.price(product, today.plusDays(1));
          if (shop.price(product, today).compareTo(tomorrow) != 0) changed++;
        }
      }
      assertThat(changed).as("changes from %s", today).isBetween(1, 6);
    }
  }

  @Test
  void theSameDayIsTheSamePageByteForByte() throws Exception {
    String morning = get("/shop/alder").body();
    now = now.plus(Duration.ofHours(12));
    assertThat(get("/shop/alder").body()).isEqualTo(morning);
    now = now.plus(Duration.ofHours(12));
    assertThat(get("/shop/alder").body()).isNotEqualTo(morning);
  }

  @Test
  void theNewLayoutHasThePricesOnlyWhereMicrodataDoesNotLook() throws Exception {
    assertThat(get("/shop/birch").body()).contains("itemprop=\"price\"");
    assertThat(get("/shop/birch?layout=new").body())
        .doesNotContain("itemprop=\"price\"")
        .contains("data-cents");
  }

  @Test
  void aPageCanBeEmptyDownOrMissing() throws Exception {
    assertThat(get("/shop/cedar?layout=empty"))
        .satisfies(page -> assertThat(page.statusCode()).isEqualTo(200))
        .satisfies(page -> assertThat(page.body()).isEmpty());
    assertThat(get("/shop/cedar?layout=down"))
        .satisfies(page -> assertThat(page.statusCode()).isEqualTo(503))
        .satisfies(page -> assertThat(page.headers().firstValue("retry-after")).contains("2"));
    assertThat(get("/shop/nowhere").statusCode()).isEqualTo(404);
    assertThat(get("/shopping").statusCode()).isEqualTo(404);
  }

  @Test
  void pagesLoadNothingFromElsewhere() throws Exception {
    for (String path : new String[] {"/shop", "/shop/alder", "/shop/alder?layout=new"}) {
      assertThat(get(path).body())
          .doesNotContainPattern("(src|href)=\"(https?:)?//")
          .doesNotContain("url(", "@import", "<script");
    }
  }

  private HttpResponse<String> get(String path) throws Exception {
    URI address = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
    return client.send(
        HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString());
  }
}
