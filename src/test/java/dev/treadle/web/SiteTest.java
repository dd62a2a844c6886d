package dev.treadle.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.Json;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jsoup.Jsoup;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for every request, whatever page it asks for. */
class SiteTest {
  private int changes;
  private final Site site =
      new Site(
          List.of(
              Route.of("GET", "/approvals/*", (_, id) -> Response.html(200, "page " + id)),
              Route.of("POST", "/approvals/*", (_, _) -> changed()),
              Route.of("POST", "/api/approvals/*/view", (_, _) -> changed()),
              Route.of(
                  "POST",
                  "/broken",
                  (_, _) -> {
                    throw new IllegalStateException("secret of the inside");
                  }),
              Route.of(
                  "POST",
                  "/api/broken",
                  (_, _) -> {
                    throw new IllegalStateException("secret of the inside");
                  })),
          Pages.reflecting());

  private Response changed() {
    changes++;
    return Response.json(201, "{}");
  }

  private Response send(String method, String path, String body) {
    return site.answer(
        new Request(
            method,
            path,
            Map.of(),
            Map.of("host", "treadle.example.com"),
            body,
            new Request.Sender("192.0.2.1", Optional.empty())));
  }

  @Test
  void thePathAsItIsWrittenIsServed() {
    assertThat(send("GET", "/approvals/x", "").body()).isEqualTo("page x");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/approvals/x;a=b",
        "//approvals/x",
        "/approvals//x",
        "/approvals/%2e%2e/",
        "/approvals/%78",
        "/Approvals/x",
        "/APPROVALS/x",
        "/approvals/x.",
        "/approvals/x/",
        "/approvals/",
        "/approvals/..",
        "/approvals/.",
        "/approvals/../approvals/x",
        "/approvals/x\\y",
        "/approvals/x%00",
        "/approvals/x\u0000",
        "/approvals/x%2fdecisions",
        "/approvals/х",
        "/approvals/x?a",
        "approvals/x",
        "",
        "/./approvals/x",
        "/approvals/x#y",
        "/approvals/x y"
      })
  void anyOtherSpellingOfAPathIsNoPath(String path) {
    for (String method : List.of("GET", "POST", "HEAD", "OPTIONS")) {
      assertThat(send(method, path, "").status()).as(method).isEqualTo(404);
    }
    assertThat(changes).isZero();
  }

  @Test
  void aPathAsLongAsABookIsRefusedAtOnce() {
    assertThat(send("GET", "/approvals/" + "x".repeat(1_000_000), "").status()).isEqualTo(404);
  }

  @Test
  void readingMethodsNeverReachWhatChanges() {
    for (String path : List.of("/approvals/x", "/api/approvals/x/view")) {
      for (String method : List.of("GET", "HEAD", "OPTIONS")) send(method, path, "t=token");
    }
    assertThat(changes).isZero();
    assertThat(send("POST", "/approvals/x", "").status()).isEqualTo(201);
    assertThat(changes).isOne();
  }

  @Test
  void headHasTheHeadersOfGetAndNoBody() {
    Response head = send("HEAD", "/approvals/x", "");
    assertThat(head.status()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
    assertThat(head.headers()).isEqualTo(send("GET", "/approvals/x", "").headers());
  }

  @Test
  void aMethodThatIsNotServedHearsWhichAre() {
    Response refused = send("DELETE", "/approvals/x", "");
    assertThat(refused.status()).isEqualTo(405);
    assertThat(refused.headers()).containsEntry("allow", "GET, POST, HEAD, OPTIONS");
    assertThat(send("OPTIONS", "/approvals/x", "").status()).isEqualTo(204);
  }

  @Test
  void aBodyOf256KilobytesIsReadAndOneByteMoreIsNot() {
    assertThat(send("POST", "/approvals/x", "x".repeat(256 * 1024)).status()).isEqualTo(201);
    assertThat(send("POST", "/approvals/x", "x".repeat(256 * 1024 + 1)).status()).isEqualTo(413);
    // Counted in bytes: half as many characters of two bytes are as much.
    assertThat(send("POST", "/approvals/x", "é".repeat(128 * 1024 + 1)).status()).isEqualTo(413);
    assertThat(changes).isOne();
  }

  @Test
  void everyAnswerCarriesTheSameHeadersErrorsIncluded() throws Exception {
    Map<String, String> expected =
        new TreeMap<>(
            Map.of(
                "cache-control", "no-store",
                "cross-origin-opener-policy", "same-origin",
                "cross-origin-resource-policy", "same-origin",
                "permissions-policy", "camera=(), geolocation=(), microphone=(), payment=()",
                "referrer-policy", "no-referrer",
                "strict-transport-security", "max-age=63072000; includeSubDomains",
                "x-content-type-options", "nosniff",
                "x-frame-options", "DENY",
                "x-robots-tag", "noindex, nofollow"));
    for (Response response :
        List.of(
            send("GET", "/approvals/x", ""),
            send("POST", "/approvals/x", ""),
            send("OPTIONS", "/approvals/x", ""),
            send("GET", "/nothing", ""),
            send("DELETE", "/approvals/x", ""),
            send("POST", "/approvals/x", "x".repeat(300_000)),
            send("POST", "/broken", ""),
            send("POST", "/api/broken", ""))) {
      Map<String, String> headers = new TreeMap<>(response.headers());
      String policy = headers.remove("content-security-policy");
      headers.keySet().removeAll(List.of("content-type", "allow"));
      assertThat(headers).isEqualTo(expected);
      assertThat(policy)
          .matches(
              "default-src 'none'; script-src( 'sha256-[A-Za-z0-9+/=]{44}'){2}; style-src("
                  + " 'sha256-[A-Za-z0-9+/=]{44}'){2}; connect-src 'self'; form-action 'self';"
                  + " base-uri 'none'; frame-ancestors 'none'");
    }
  }

  @Test
  void aFailureOfOursSaysThatNothingHappenedAndNothingOfTheInside() throws Exception {
    Response page = send("POST", "/broken", "");
    assertThat(page.status()).isEqualTo(503);
    assertThat(Jsoup.parse(page.body()).text())
        .contains("Nothing was recorded")
        .doesNotContain("secret");

    Response json = send("POST", "/api/broken", "");
    assertThat(json.headers()).containsEntry("content-type", "application/problem+json");
    assertThat(Json.parse(json.body()).path("code").asText()).isEqualTo("STORE_UNAVAILABLE");
    assertThat(json.body()).doesNotContain("secret", "Exception");
  }
}
