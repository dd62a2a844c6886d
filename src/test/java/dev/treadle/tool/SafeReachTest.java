package dev.treadle.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a page, a model or a name server may try to make the function ask a machine inside. */
class SafeReachTest {
  private static final Instant NOW = Instant.parse("2026-11-23T06:00:00Z");
  private static final String PUBLIC = "93.184.216.34";

  /** The names that were looked up, in order. */
  private final List<String> asked = new ArrayList<>();

  private final AtomicInteger inside = new AtomicInteger();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private HttpServer server;

  @BeforeEach
  void startTheMachineInside() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          inside.incrementAndGet();
          exchange.getResponseHeaders().set("Content-Type", "text/plain");
          exchange.sendResponseHeaders(200, 6);
          exchange.getResponseBody().write("secret".getBytes(StandardCharsets.UTF_8));
          exchange.close();
        });
    server.setExecutor(threads);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
    threads.shutdownNow();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "017700000001",
        "0177.0.0.1",
        "0",
        "0.0.0.0",
        "[::]",
        "[::1]",
        "[0:0:0:0:0:0:0:1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::127.0.0.1]",
        "[64:ff9b::a9fe:a9fe]",
        "[64:ff9b:1::a9fe:a9fe]",
        "[fd00:ec2::254]",
        "[fe80::1]",
        "[fe80::1%25eth0]",
        "[fe80::1%eth0]",
        "[fec0::1]",
        "[ff02::1]",
        "[2001:0:53aa:64c::1]",
        "[2001:db8::1]",
        "[2002:7f00:1::]",
        "[2002:a9fe:a9fe::1]",
        "[3fff::1]",
        "[100::1]",
        "10.0.0.1",
        "10.255.255.255",
        "100.64.0.1",
        "100.127.255.255",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.8",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.0.1",
        "192.168.255.255",
        "198.18.0.1",
        "198.19.255.255",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "169.254.169.254",
        "169.254.100.1",
        "169.254.170.2",
        "127.0.0.1.",
        "localhost",
        "localhost.",
        "LOCALHOST",
        "127。0。0。1",
        "１２７.0.0.1",
        "①②⑦.0.0.1",
        "ok.example\\@127.0.0.1",
        "ok.example@127.0.0.1",
        "ok.example:443@169.254.169.254",
        "ok.example%2f@127.0.0.1",
        "127.0.0.1%00.ok.example",
        "[::1]ok.example",
        ""
      })
  void aMachineInsideIsNotAskedHoweverItIsWritten(String host) throws Exception {
    for (String scheme : List.of("http://", "https://")) {
      assertRefused(new WebPages(Reach.PUBLIC.withPlainHttp(), () -> NOW).get(scheme + host + "/"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://169.254.100.1:9001/2018-06-01/runtime/invocation/next",
        "http://169.254.100.1:2000/",
        "http://localhost:2773/secretsmanager/get",
        "https://ok.example:22/",
        "https://ok.example:25/",
        "https://ok.example:6379/",
        "https://ok.example:0/",
        "https://ok.example:65536/",
        "https://ok.example:80/",
        "http://ok.example:443/",
        "file:///proc/self/environ",
        "file://ok.example/etc/passwd",
        "jar:https://ok.example/a.jar!/b",
        "ftp://ok.example/",
        "gopher://ok.example/_GET",
        "data:text/plain,x",
        "//ok.example/",
        "ok.example",
        "https:ok.example",
        "https:/ok.example",
        "https://ok.example/\r\nHost: inside",
        "https://ok.example/ HTTP/1.1\r\n\r\n",
        "https://ok.ex\tample/",
        "https://ok.example\u0000/",
        "https://-ok.example/",
        "https://ok..example/",
        "https://ok.example./",
        "https://münchen.example/"
      })
  void anAddressThatBreaksARuleIsNotEvenLookedUpElsewhere(String url) throws Exception {
    assertRefused(pages(Reach.PUBLIC.withPlainHttp(), PUBLIC).get(url));
    assertThat(asked).isEmpty();
  }

  @Test
  void plainHttpIsRefusedUnlessItIsAllowed() throws Exception {
    assertThat(refusal(pages(Reach.PUBLIC, PUBLIC).get("http://ok.example/")))
        .isEqualTo("only https addresses are fetched, was http://ok.example/");
    assertThat(asked).isEmpty();
  }

  @Test
  void anAddressOfAHundredThousandCharactersIsRefused() throws Exception {
    assertThat(
            refusal(pages(Reach.PUBLIC, PUBLIC).get("https://ok.example/" + "x".repeat(100_000))))
        .isEqualTo("an address has at most 2048 characters");
  }

  @ParameterizedTest
  @CsvSource({
    "localtest.example, 127.0.0.1",
    "10.0.0.1.nip.example, 10.0.0.1",
    "metadata.example, 169.254.169.254",
    "mixed.example, 93.184.216.34 10.0.0.1",
    "mixed.example, 10.0.0.1 93.184.216.34",
    "six.example, 2606:2800:220:1::1 ::1",
    "mapped.example, ::ffff:10.0.0.1",
    "teredo.example, 2001:0:a9fe:a9fe::1"
  })
  void aNameIsRefusedWhenAnyOfItsAddressesIsInside(String name, String records) throws Exception {
    String why = refusal(pages(Reach.PUBLIC, records).get("https://" + name + "/"));
    assertThat(why).startsWith(name + " is at ").endsWith(", which is not a public address");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "93.184.216.34", "8.8.8.8", "100.63.255.255", "100.128.0.1", "172.15.255.255",
        "172.32.0.1", "198.17.255.255", "198.20.0.1", "192.0.1.1", "223.255.255.255",
        "2606:2800:220:1::1", "2a00:1450::1", "2003::1"
      })
  void aPublicAddressIsCleared(String address) throws Exception {
    AddressGuard guard = new AddressGuard(Reach.PUBLIC, names(address));
    assertThat(guard.judge(WebAddress.of("https://ok.example/")))
        .isEqualTo(
            new AddressGuard.Ruling.Cleared(
                WebAddress.of("https://ok.example/"), InetAddress.getByName(address)));
  }

  @Test
  void aNameThatChangesBetweenLookUpsIsAskedAtTheAddressThatWasJudged() throws Exception {
    Deque<String> answers = new ArrayDeque<>(List.of("127.0.0.1", "192.0.2.1"));
    Names changing =
        host -> {
          asked.add(host);
          return List.of(InetAddress.getByName(answers.removeFirst()));
        };
    String url = "http://shop.example:" + port() + "/";
    WebPage page = pages(Reach.PUBLIC.withOrigin(url), changing).get(url);

    // The second answer would be a machine that does not exist.
    assertThat(page).isInstanceOf(WebPage.Fetched.class);
    assertThat(asked).containsExactly("shop.example");
  }

  @Test
  void aNameThatTurnsToTheInsideAfterItsFirstAnswerReachesNothingInside() throws Exception {
    Deque<String> answers = new ArrayDeque<>(List.of(PUBLIC, "127.0.0.1"));
    AddressGuard guard =
        new AddressGuard(Reach.PUBLIC, _ -> List.of(InetAddress.getByName(answers.removeFirst())));
    WebAddress address = WebAddress.of("https://rebound.example/");

    assertThat(guard.judge(address))
        .isEqualTo(new AddressGuard.Ruling.Cleared(address, InetAddress.getByName(PUBLIC)));
    assertThat(guard.judge(address)).isInstanceOf(AddressGuard.Ruling.Refused.class);
  }

  @Test
  void aNameWithoutAnAddressMayHaveOneLater() throws Exception {
    WebPages pages =
        pages(
            Reach.PUBLIC,
            host -> {
              throw new UnknownHostException(host);
            });
    assertThat(pages.get("https://gone.example/"))
        .isEqualTo(
            new WebPage.NotFetched(
                "there is no address for the name gone.example", true, java.time.Duration.ZERO));
  }

  @ParameterizedTest
  @CsvSource({
    "http://127.0.0.1:1/, only the ports 443 and 80",
    "https://169.254.169.254/latest/meta-data/, not a public address",
    "//10.0.0.1/, not a public address",
    "https://user@ok.example/, must not hold a user name",
    "file:///etc/passwd, must start with http:// or https://",
    "https://ok.example\\@evil/, not an address"
  })
  void aRedirectIsCheckedLikeAFirstAddress(String location, String rule) throws Exception {
    redirect("/start", location);
    Reach reach = Reach.PUBLIC.withPlainHttp().withRedirects(3).withOrigin(origin());
    String why = refusal(new WebPages(reach, () -> NOW).get(origin() + "/start"));

    assertThat(why).contains(rule);
    assertThat(inside).hasValue(0);
  }

  @Test
  void aRedirectToNowhereIsNotFollowed() throws Exception {
    server.createContext(
        "/start",
        exchange -> {
          exchange.sendResponseHeaders(302, -1);
          exchange.close();
        });
    assertThat(refusal(redirecting(3).get(origin() + "/start")))
        .endsWith("answered 302, a redirect to nowhere, which is not followed");
  }

  @Test
  void redirectsAreFollowedAsOftenAsTheReachSaysAndNoMore() throws Exception {
    redirect("/1", "/2");
    redirect("/2", "/3");
    redirect("/3", "/page");

    assertThat(redirecting(3).get(origin() + "/1")).isInstanceOf(WebPage.Fetched.class);
    assertThat(refusal(redirecting(2).get(origin() + "/1")))
        .endsWith("answered 302, a redirect to /page, which is not followed");
    assertThat(refusal(redirecting(0).get(origin() + "/1"))).contains("which is not followed");
    assertThatThrownBy(() -> Reach.PUBLIC.withRedirects(4))
        .hasMessage("redirects_max must be 0 to 3, was 4");
  }

  @Test
  void fromHttpsNothingLeadsToHttp() throws Exception {
    try (Secured secured = new Secured("mail.example.com", origin() + "/")) {
      Reach reach =
          Reach.PUBLIC
              .withPlainHttp()
              .withRedirects(3)
              .withOrigin(origin())
              .withOrigin(secured.url());
      assertThat(refusal(secured.pages(reach, "mail.example.com").get(secured.url())))
          .endsWith("leads from https to http, which is not followed");
      assertThat(inside).hasValue(0);
    }
  }

  @Test
  void theCertificateMustBeTheNamesThoughTheAddressIsPinned() throws Exception {
    try (Secured honest = new Secured("mail.example.com", "")) {
      Reach reach = Reach.PUBLIC.withOrigin(honest.url());
      assertThat(honest.pages(reach, "mail.example.com").get(honest.url()))
          .isInstanceOf(WebPage.Fetched.class);
    }
    try (Secured forged = new Secured("localhost", "")) {
      Reach reach = Reach.PUBLIC.withOrigin(forged.url());
      assertThat(refusal(forged.pages(reach, "localhost").get(forged.url())))
          .contains("has no trustworthy connection");
    }
  }

  @Test
  void aProxyOfTheEnvironmentIsNotUsed() throws Exception {
    System.setProperty("http.proxyHost", "127.0.0.1");
    System.setProperty("http.proxyPort", "1");
    System.setProperty("http.nonProxyHosts", "");
    try {
      String origin = origin();
      assertThat(new WebPages(Reach.PUBLIC.withOrigin(origin), () -> NOW).get(origin))
          .isInstanceOf(WebPage.Fetched.class);
    } finally {
      System.clearProperty("http.proxyHost");
      System.clearProperty("http.proxyPort");
      System.clearProperty("http.nonProxyHosts");
    }
  }

  @Test
  void anExceptionIsForOneOriginOnly() throws Exception {
    WebPages pages = new WebPages(Reach.PUBLIC.withOrigin(origin()), () -> NOW);
    assertRefused(pages.get("http://127.0.0.1:" + (port() + 1) + "/"));
    assertRefused(pages.get("https://127.0.0.1:" + port() + "/"));
    assertRefused(pages.get("http://localhost:" + port() + "/"));
    assertThat(pages.get(origin() + "/any/path")).isInstanceOf(WebPage.Fetched.class);
  }

  @Test
  void originsOfTheEnvironmentAreReadAndABadOneNamesTheVariable() {
    assertThat(
            Reach.fromEnvironment(Optional.of("https://a.example, http://10.0.0.7:8080/"))
                .origins())
        .containsExactlyInAnyOrder("https://a.example:443", "http://10.0.0.7:8080");
    assertThat(Reach.fromEnvironment(Optional.empty())).isEqualTo(Reach.PUBLIC);
    assertThatThrownBy(() -> Reach.fromEnvironment(Optional.of("a.example")))
        .hasMessageContaining("TREADLE_WEB_ORIGINS")
        .hasMessageContaining("must start with http:// or https://");
  }

  private WebPages redirecting(int most) {
    return new WebPages(Reach.PUBLIC.withRedirects(most).withOrigin(origin()), () -> NOW);
  }

  private void redirect(String path, String location) {
    server.createContext(
        path,
        exchange -> {
          exchange.getResponseHeaders().set("Location", location);
          exchange.sendResponseHeaders(302, -1);
          exchange.close();
        });
  }

  private Names names(String records) {
    return host -> {
      asked.add(host);
      List<InetAddress> addresses = new ArrayList<>();
      for (String each : Arrays.asList(records.split(" "))) {
        addresses.add(InetAddress.getByName(each));
      }
      return addresses;
    };
  }

  private WebPages pages(Reach reach, String records) {
    return pages(reach, names(records));
  }

  private static WebPages pages(Reach reach, Names names) {
    return new WebPages(reach, names, WebExchange.systemTls(), TimeLimits.USUAL, () -> NOW);
  }

  private void assertRefused(WebPage page) {
    refusal(page);
    assertThat(inside).hasValue(0);
  }

  private static String refusal(WebPage page) {
    assertThat(page)
        .isInstanceOfSatisfying(
            WebPage.NotFetched.class, not -> assertThat(not.isTransient()).isFalse());
    return ((WebPage.NotFetched) page).why();
  }

  private int port() {
    return server.getAddress().getPort();
  }

  private String origin() {
    return "http://127.0.0.1:" + port();
  }

  /** A server named mail.example.com on loopback, with a certificate for some host. */
  private static final class Secured implements AutoCloseable {
    private final HttpsServer server;

    Secured(String certificate, String redirect) throws IOException {
      server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.setHttpsConfigurator(new HttpsConfigurator(FakeMailServer.tls(certificate)));
      server.createContext(
          "/",
          exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "text/plain");
            if (!redirect.isEmpty()) exchange.getResponseHeaders().set("Location", redirect);
            exchange.sendResponseHeaders(redirect.isEmpty() ? 200 : 302, -1);
            exchange.close();
          });
      server.start();
    }

    String url() {
      return "https://mail.example.com:" + server.getAddress().getPort() + "/";
    }

    /** Pages that trust one certificate, and find every name on loopback. */
    WebPages pages(Reach reach, String trusted) {
      return new WebPages(
          reach,
          _ -> List.of(InetAddress.getLoopbackAddress()),
          FakeMailServer.tls(trusted),
          TimeLimits.USUAL,
          () -> NOW);
    }

    @Override
    public void close() {
      server.stop(0);
    }
  }
}
