package dev.treadle.trigger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.InputMapping;
import dev.treadle.TaskId;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.zip.GZIPOutputStream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Deliveries of both schemes as senders make them, and their damaged twins. */
class WebhookReceiverTest {
  private static final String OLD = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  private static final String FRESH = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
  private static final String GITHUB_SECRET = "It's a Secret to Everybody";
  private static final String BODY =
      "{\"type\": \"order.paid\", \"data\": {\"product\": \"lamp\", \"copies\": 2}}";
  private static final String ID = "msg_p5jXN8AQM9LWM0D4loKWxJek";
  private static final Instant NOW = Bench.NOW;
  private static final Map<String, String> FIELDS =
      Map.of("product", "/data/product", "copies", "/data/copies");

  private final Bench bench = new Bench();
  private final Map<String, String> secrets =
      new ConcurrentHashMap<>(Map.of("old", OLD, "fresh", FRESH, "hub", GITHUB_SECRET));
  private final WebhookReceiver receiver =
      new WebhookReceiver(
          List.of(
              new WebhookSource(
                  "shop",
                  WebhookScheme.STANDARD,
                  List.of("old", "fresh"),
                  "clerk",
                  InputMapping.of(FIELDS)),
              new WebhookSource(
                  "github",
                  WebhookScheme.GITHUB,
                  List.of("hub"),
                  "clerk",
                  InputMapping.of(FIELDS))),
          name -> Optional.ofNullable(secrets.get(name)),
          bench.starter);

  private static byte[] hmac(byte[] key, byte[] text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(text);
    } catch (java.security.GeneralSecurityException impossible) {
      throw new AssertionError(impossible);
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** A delivery that a test may damage before it is sent. */
  private final class Delivery {
    final String source;
    final Map<String, List<String>> headers = new HashMap<>();
    byte[] body;

    Delivery(String source, byte[] body) {
      this.source = source;
      this.body = body;
      with("Content-Type", "application/json");
    }

    Delivery with(String name, String... values) {
      headers.keySet().removeIf(name::equalsIgnoreCase);
      if (values.length > 0) headers.put(name, List.of(values));
      return this;
    }

    Delivery with(byte[] other) {
      Delivery twin = new Delivery(source, other);
      twin.headers.putAll(headers);
      return twin;
    }

    Delivery damaged(Consumer<byte[]> damage) {
      byte[] twin = body.clone();
      damage.accept(twin);
      return with(twin);
    }

    WebhookAnswer send() {
      return receiver.receive(source, new WebhookRequest(headers, body), NOW);
    }

    String problem() {
      WebhookAnswer answer = send();
      assertThat(answer.status()).as("%s", answer.body()).isGreaterThanOrEqualTo(400);
      assertThat(answer.contentType()).isEqualTo("application/problem+json");
      assertThat(bench.tasks()).isEmpty();
      assertThat(bench.sent).isEmpty();
      return answer.status() + " " + answer.body().path("code").asText();
    }
  }

  private Delivery standard(byte[] body, String id, String time, String secret) {
    return new Delivery("shop", body)
        .with("webhook-id", id)
        .with("webhook-timestamp", time)
        .with("webhook-signature", "v1," + signature(body, id, time, secret));
  }

  private static String signature(byte[] body, String id, String time, String secret) {
    ByteArrayOutputStream signed = new ByteArrayOutputStream();
    signed.writeBytes(utf8(id + "." + time + "."));
    signed.writeBytes(body);
    byte[] key = Base64.getDecoder().decode(secret.substring("whsec_".length()));
    return Base64.getEncoder().encodeToString(hmac(key, signed.toByteArray()));
  }

  private Delivery standard(byte[] body) {
    return standard(body, ID, at(0), OLD);
  }

  private Delivery standard() {
    return standard(utf8(BODY));
  }

  private static String at(long secondsFromNow) {
    return String.valueOf(NOW.plusSeconds(secondsFromNow).getEpochSecond());
  }

  private Delivery github(byte[] body) {
    String hex = HexFormat.of().formatHex(hmac(utf8(GITHUB_SECRET), body));
    return new Delivery("github", body)
        .with("X-GitHub-Event", "issues")
        .with("X-GitHub-Delivery", "72d3162e-cc78-11e3-81ab-4c9367dc0958")
        .with("X-Hub-Signature-256", "sha256=" + hex);
  }

  private Delivery github() {
    return github(utf8(BODY));
  }

  // Good deliveries.

  @Test
  void aDeliveryStartsATaskOnTheMappedInput() {
    WebhookAnswer answer = standard().send();

    assertThat(answer.status()).isEqualTo(202);
    TaskId id = new TaskId(answer.body().path("task_id").asText());
    assertThat(id.value()).isEqualTo("shop:" + ID);
    assertThat(answer.location()).contains("/tasks/" + id);
    assertThat(bench.store.input(id).orElseThrow().inputData().toString())
        .isEqualTo("{\"copies\":2,\"product\":\"lamp\"}");
    assertThat(bench.store.find(id).orElseThrow().origin().triggeredBy()).isEqualTo("webhook:shop");
  }

  @Test
  void theSpecificationsOwnExampleIsGood() {
    // From the specification's text: secret, id, time, payload and signature.
    String body = "{\"test\": 2432232314}";
    var request =
        new WebhookRequest(
            Map.of(
                "webhook-id", List.of("msg_p5jXN8AQM9LWM0D4loKWxJek"),
                "webhook-timestamp", List.of("1614265330"),
                "webhook-signature", List.of("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")),
            utf8(body));

    assertThat(
            WebhookScheme.STANDARD.verify(
                request, List.of(OLD), Instant.ofEpochSecond(1_614_265_330)))
        .isEqualTo(new WebhookScheme.Verified("msg_p5jXN8AQM9LWM0D4loKWxJek"));
  }

  @Test
  void gitHubsOwnExampleIsGood() {
    var request =
        new WebhookRequest(
            Map.of(
                "X-GitHub-Delivery",
                List.of("d-1"),
                "X-Hub-Signature-256",
                List.of("sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17")),
            utf8("Hello, World!"));

    assertThat(WebhookScheme.GITHUB.verify(request, List.of(GITHUB_SECRET), NOW))
        .isEqualTo(new WebhookScheme.Verified("d-1"));
  }

  @Test
  void deliveriesAreAcceptedAndTheirDamagedTwinsAreNot() {
    Map<String, Delivery> twins = new LinkedHashMap<>();
    for (Delivery good : List.of(standard(), github())) {
      String name = good.source;
      twins.put(name + ": one byte of the body", good.damaged(body -> body[20] ^= 1));
      twins.put(name + ": a space more", good.with(utf8(BODY + " ")));
      twins.put(name + ": written again by a library", good.with(utf8(BODY.replace(": ", ":"))));
      twins.put(name + ": an empty body", good.with(new byte[0]));
    }
    String github = github().headers.get("X-Hub-Signature-256").getFirst();
    twins.put("shop: no signature", standard().with("webhook-signature"));
    twins.put("shop: another id", standard().with("webhook-id", "msg_another"));
    twins.put("shop: another time", standard().with("webhook-timestamp", at(1)));
    twins.put("shop: 301 seconds old", standard(utf8(BODY), ID, at(-301), OLD));
    twins.put("shop: another's secret", standard(utf8(BODY), ID, at(0), "whsec_bm90IGtub3du"));
    twins.put("github: no signature", github().with("X-Hub-Signature-256"));
    twins.put("github: two signatures", github().with("X-Hub-Signature-256", github, github));
    twins.put("github: a digit less", github().with("X-Hub-Signature-256", chopped(github)));
    twins.put("github: no delivery id", github().with("X-GitHub-Delivery"));

    twins.forEach((what, twin) -> {
      System.out.printf("%-40s %s%n", what, twin.problem());
      assertThat(twin.send().status()).as(what).isEqualTo(401);
    });
    for (Delivery good : List.of(standard(), github())) {
      WebhookAnswer answer = good.send();
      System.out.printf("%-40s %d %s%n", good.source, answer.status(), answer.body());
      assertThat(answer.status()).isEqualTo(202);
    }
    assertThat(bench.tasks()).hasSize(2);
  }

  private static String chopped(String text) {
    return text.substring(0, text.length() - 1);
  }

  @Test
  void eachSecretOfARotationIsGoodAndALostOneIsNot() {
    assertThat(standard(utf8(BODY), "a", at(0), OLD).send().status()).isEqualTo(202);
    assertThat(standard(utf8(BODY), "b", at(0), FRESH).send().status()).isEqualTo(202);
    String both =
        "v1,%s v1a,bm90IG91cnM= v1,%s"
            .formatted(
                signature(utf8(BODY), "c", at(0), "whsec_bm90IGtub3duIHRvIHVz"),
                signature(utf8(BODY), "c", at(0), FRESH));
    assertThat(
            standard(utf8(BODY), "c", at(0), OLD).with("webhook-signature", both).send().status())
        .isEqualTo(202);
    assertThat(bench.tasks()).hasSize(3);
  }

  @Test
  void aSecretThatRotatedOutIsGoodNoMore() {
    secrets.put("old", FRESH);

    assertThat(standard().problem()).isEqualTo("401 signature_invalid");
  }

  @Test
  void duplicatesAreAnsweredTheSameAndAreOneTask() {
    WebhookAnswer first = standard().send();

    assertThat(standard(utf8(BODY), ID, at(200), FRESH).send()).isEqualTo(first);
    assertThat(bench.tasks()).hasSize(1);
    assertThat(bench.sent).hasSize(1);
  }

  @Test
  void aGitHubDeliveryThatIsReplayedAfterADayIsTheSameTask() {
    Delivery delivery = github();
    WebhookAnswer first = delivery.send();
    var request = new WebhookRequest(delivery.headers, delivery.body);

    WebhookAnswer replayed = receiver.receive("github", request, NOW.plus(Duration.ofDays(1)));

    assertThat(replayed).isEqualTo(first);
    assertThat(first.status()).isEqualTo(202);
    assertThat(bench.tasks()).hasSize(1);
  }

  @Test
  void theSameDeliveryWithAnotherBodyIsRefused() {
    assertThat(github().send().status()).isEqualTo(202);

    WebhookAnswer second = github(utf8(BODY.replace("lamp", "sofa"))).send();

    assertThat(second.status()).isEqualTo(409);
    assertThat(bench.tasks()).hasSize(1);
  }

  @Test
  void anIdThatATaskCannotHaveIsHashed() {
    String odd = "evt/1?x=é".replace("é", "e") + "~".repeat(80);

    WebhookAnswer answer = standard(utf8(BODY), odd, at(0), OLD).send();

    assertThat(answer.body().path("task_id").asText()).matches("shop:sha256:[0-9a-f]{32}");
  }

  // The time of a delivery.

  @ParameterizedTest
  @ValueSource(longs = {-300, -299, 0, 299, 300})
  void aDeliveryWithinFiveMinutesIsGood(long seconds) {
    assertThat(standard(utf8(BODY), ID, at(seconds), OLD).send().status()).isEqualTo(202);
  }

  @ParameterizedTest
  @ValueSource(longs = {-301, 301, -86_400, 10_000_000})
  void aDeliveryBeyondFiveMinutesIsRefused(long seconds) {
    assertThat(standard(utf8(BODY), ID, at(seconds), OLD).problem())
        .isEqualTo("401 signature_invalid");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"+1772442000", "-1", "1772442000.0", "1.7e9", " 1772442000", "", "99999999999999"})
  void aTimeThatIsNotPlainDigitsIsRefused(String time) {
    assertThat(standard(utf8(BODY), ID, time, OLD).problem()).isEqualTo("401 signature_invalid");
  }

  // Damaged twins: Standard Webhooks.

  @ParameterizedTest
  @ValueSource(strings = {"msg.1", "", " ", "a b", "a\nb", "é"})
  void anIdThatCouldBeReadInTwoWaysIsRefused(String id) {
    assertThat(standard(utf8(BODY), id, at(0), OLD).problem()).isEqualTo("401 signature_invalid");
  }

  @Test
  void aMissingOrDoubleHeaderIsRefused() {
    for (String header : List.of("webhook-id", "webhook-timestamp", "webhook-signature")) {
      assertThat(standard().with(header).problem()).isEqualTo("401 signature_invalid");
      Delivery twice = standard();
      String value = twice.headers.get(header).getFirst();
      assertThat(twice.with(header, value, value).problem()).isEqualTo("401 signature_invalid");
      Delivery inTwoCases = standard();
      inTwoCases.headers.put(header.toUpperCase(java.util.Locale.ROOT), List.of(value));
      assertThat(inTwoCases.problem()).isEqualTo("401 signature_invalid");
    }
    String good = "v1," + signature(utf8(BODY), ID, at(0), OLD);
    // A gateway joins two headers with a comma.
    assertThat(standard().with("webhook-signature", good + "," + good).problem())
        .isEqualTo("401 signature_invalid");
  }

  @Test
  void aSignatureOfAnotherKindOrOfNothingIsRefused() {
    String v1 = signature(utf8(BODY), ID, at(0), OLD);
    for (String text :
        List.of("v1a," + v1, v1, "v2," + v1, "v1," + v1 + "=", "v1,", "", "v1,%%%", "V1," + v1)) {
      assertThat(standard().with("webhook-signature", text).problem())
          .as(text)
          .isEqualTo("401 signature_invalid");
    }
  }

  @Test
  void aThousandSignaturesAreRefusedUnseen() {
    String good = "v1," + signature(utf8(BODY), ID, at(0), OLD);
    String flood = "v1,AAAA ".repeat(999) + good;

    assertThat(standard().with("webhook-signature", flood).problem())
        .isEqualTo("401 signature_invalid");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"type\":\"order.paid\",\"data\":{\"product\":\"lamp\",\"copies\":2}}",
        "{\"type\": \"order.paid\", \"data\": {\"product\": \"lamp\", \"copies\": 2}} ",
        "{\"data\": {\"product\": \"lamp\", \"copies\": 2}, \"type\": \"order.paid\"}",
        "{\"type\": \"order.paid\", \"data\": {\"product\": \"lamp\", \"copies\": 3}}",
        ""
      })
  void aBodyWithOtherBytesIsRefusedEvenIfItMeansTheSame(String body) {
    Delivery standard = standard();
    standard.body = utf8(body);
    assertThat(standard.problem()).isEqualTo("401 signature_invalid");
    Delivery github = github();
    github.body = utf8(body);
    assertThat(github.problem()).isEqualTo("401 signature_invalid");
  }

  @Test
  void theSameTextInAnotherCharsetIsRefused() {
    Delivery utf16 = standard();
    utf16.body = BODY.getBytes(StandardCharsets.UTF_16);
    assertThat(utf16.problem()).isEqualTo("401 signature_invalid");
    // Even signed: nothing would say which text was meant.
    assertThat(standard(BODY.getBytes(StandardCharsets.UTF_16)).problem())
        .isEqualTo("400 body_malformed");
    assertThat(
            standard(utf8(BODY)).with("Content-Type", "application/json; charset=utf-16").problem())
        .isEqualTo("415 not_json");
    byte[] latin =
        "{\"data\":{\"product\":\"Büro\",\"copies\":2}}".getBytes(StandardCharsets.ISO_8859_1);
    assertThat(standard(latin).problem()).isEqualTo("400 body_malformed");
  }

  @Test
  void aCompressedBodyIsRefusedWithTheReason() throws Exception {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(utf8(BODY));
    }
    assertThat(standard(packed.toByteArray()).with("Content-Encoding", "gzip").problem())
        .isEqualTo("415 compressed");
    Delivery unpackedOnTheWay = standard(packed.toByteArray()).with("Content-Encoding", "gzip");
    unpackedOnTheWay.body = utf8(BODY);
    assertThat(unpackedOnTheWay.problem()).isEqualTo("401 signature_invalid");
  }

  // Damaged twins: GitHub.

  @Test
  void aGitHubSignatureThatIsMissingDoubleOldOrCutIsRefused() {
    String good = github().headers.get("X-Hub-Signature-256").getFirst();
    assertThat(github().with("X-Hub-Signature-256").problem()).isEqualTo("401 signature_invalid");
    assertThat(github().with("X-GitHub-Delivery").problem()).isEqualTo("401 signature_invalid");
    assertThat(github().with("X-Hub-Signature-256", good, good).problem())
        .isEqualTo("401 signature_invalid");
    for (String text :
        List.of(
            good.substring(7),
            good.substring(0, good.length() - 1),
            good + "0",
            "sha1=" + good.substring(7, 47),
            "sha256=" + "0".repeat(64),
            "sha256=" + "g".repeat(64))) {
      assertThat(github().with("X-Hub-Signature-256", text).problem())
          .as(text)
          .isEqualTo("401 signature_invalid");
    }
  }

  @Test
  void aFormPostIsRefusedWithTheTypeThatItMustHave() {
    WebhookAnswer answer =
        github(utf8("payload=%7B%7D"))
            .with("Content-Type", "application/x-www-form-urlencoded")
            .send();

    assertThat(answer.status()).isEqualTo(415);
    assertThat(answer.body().path("detail").asText()).contains("must be application/json");
  }

  // Signed, but no good.

  @Test
  void aBodyAbove256KilobytesIsRefusedUnread() {
    byte[] body = new byte[256 * 1024 + 1];
    assertThat(standard(body).problem()).isEqualTo("413 body_too_large");
    assertThat(github(body).problem()).isEqualTo("413 body_too_large");
  }

  @Test
  void aBodyOf256KilobytesIsRead() {
    String start = BODY.substring(0, BODY.length() - 1) + ", \"pad\": \"";
    String body = start + "x".repeat(256 * 1024 - start.length() - 2) + "\"}";

    assertThat(standard(utf8(body)).send().status()).isEqualTo(202);
  }

  @Test
  void aBodyThatIsNoGoodJsonIsRefusedWithTheReason() {
    for (String body :
        List.of(
            "",
            "lamp",
            "{",
            BODY + BODY,
            "{\"data\": 1, \"data\": 2}",
            "[".repeat(65) + "]".repeat(65),
            "[".repeat(1_001) + "]".repeat(1_001),
            "{\"data\": NaN}",
            "{\"data\": " + "9".repeat(5_000) + "}",
            "\uFEFF" + BODY,
            "{'data': 1}",
            "{\"data\": 1,}",
            "// x\n{}")) {
      assertThat(standard(utf8(body)).problem())
          .as(body.substring(0, Math.min(20, body.length())))
          .isEqualTo("400 body_malformed");
    }
  }

  @Test
  void aDocumentOf64LevelsIsRead() {
    String deep = "[".repeat(62) + "]".repeat(62);
    String body =
        "{\"data\": {\"product\": \"lamp\", \"copies\": 2, \"deep\": %s}}".formatted(deep);

    assertThat(standard(utf8(body)).send().status()).isEqualTo(202);
  }

  @Test
  void anEventThatFitsNoSchemaIsRefusedWithTheField() {
    WebhookAnswer answer = standard(utf8("{\"data\": {\"product\": 7}}")).send();

    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.body().path("violations").toString())
        .contains("input_data/product")
        .contains("copies");
    assertThat(bench.tasks()).isEmpty();
  }

  @Test
  void anUnknownSourceIsNotFoundWhateverItSends() {
    var request = new WebhookRequest(Map.of(), new byte[0]);

    assertThat(receiver.receive("nobody", request, NOW).status()).isEqualTo(404);
  }

  @Test
  void aSecretThatIsMissingOrNoKeyAsksTheSenderToTryAgain() {
    secrets.remove("fresh");
    assertThat(standard().problem()).isEqualTo("503 secret_missing");
    secrets.put("fresh", "whsec_%%%");
    assertThat(standard().problem()).isEqualTo("503 secret_missing");
    secrets.put("hub", "");
    assertThat(github().problem()).isEqualTo("503 secret_missing");
  }
}
