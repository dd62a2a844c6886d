package dev.treadle.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.Json;
import dev.treadle.approval.Approver;
import dev.treadle.engine.Approval;
import dev.treadle.engine.JournalItem;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jsoup.Jsoup;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What programs, forgers and the curious get to see over real HTTP. */
class ApprovalHttpTest {
  private final HttpClient client = HttpClient.newHttpClient();
  @TempDir private Path folder;
  private Office office;
  private String id;
  private String token;

  @BeforeEach
  void open() throws IOException {
    serve(Office.publishing(folder));
  }

  private void serve(Office served) throws IOException {
    office = served;
    id = office.approval().id();
    String link = office.link("ann@example.com");
    token = link.substring(link.indexOf("#t=") + 3);
  }

  @AfterEach
  void close() {
    office.close();
    client.close();
  }

  private HttpResponse<String> post(String path, Map<String, String> fields, String... headers)
      throws Exception {
    List<String> pairs = new ArrayList<>();
    fields.forEach(
        (name, value) -> pairs.add(name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8)));
    return send(path, "application/x-www-form-urlencoded", String.join("&", pairs), headers);
  }

  private HttpResponse<String> send(String path, String type, String body, String... headers)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(office.site() + path))
            .header("Content-Type", type)
            .POST(HttpRequest.BodyPublishers.ofString(body));
    if (headers.length > 0) request.headers(headers);
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private Map<String, String> approval() throws Exception {
    var view = Json.parse(post("/api/approvals/" + id + "/view", Map.of("t", token)).body());
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("t", token);
    fields.put("nonce", view.path("nonce").asText());
    fields.put("version", view.path("version").asText());
    fields.put("digest", view.path("digest").asText());
    fields.put("decision", "approve");
    fields.put("read", "yes");
    return fields;
  }

  private String code(HttpResponse<String> response) throws Exception {
    return Json.parse(response.body()).path("code").asText();
  }

  @Test
  void aDecisionAsJsonCountsOnceAndSentAgainGetsTheSameAnswer() throws Exception {
    String document = Json.write(approval());
    String path = "/api/approvals/" + id + "/decisions";
    HttpResponse<String> first = send(path, "application/json", document);
    HttpResponse<String> again = send(path, "application/json", document);
    assertThat(first.statusCode()).isEqualTo(201);
    assertThat(again.statusCode()).isEqualTo(201);
    assertThat(code(again)).isEqualTo("RECORDED");
    assertThat(office.store.decisions(id)).hasSize(1);
  }

  @Test
  void anApprovalIsTakenBackOnceByItsNonceAndNotByARobotOrAnotherSite() throws Exception {
    office.close();
    serve(Office.publishingByTwo(folder.resolve("two")));
    Map<String, String> yes = approval();
    assertThat(code(post("/api/approvals/" + id + "/decisions", yes)))
        .isEqualTo("WAITING_FOR_OTHERS");
    String path = "/api/approvals/" + id + "/withdraw";
    Map<String, String> back = Map.of("t", token, "nonce", yes.get("nonce"));

    assertThat(post("/approvals/" + id, Map.of("t", token)).body())
        .contains("Withdraw my approval", "1 of 2");
    assertThat(code(post(path, back, "Origin", "https://evil.example"))).isEqualTo("CROSS_SITE");
    assertThat(code(post(path, Map.of("t", token)))).isEqualTo("INVALID");
    assertThat(code(post(path, Map.of("t", token, "nonce", "x")))).isEqualTo("INVALID");
    Map<String, String> robot = new LinkedHashMap<>(back);
    robot.put("robot", "yes");
    assertThat(code(post(path, robot))).isEqualTo("INVALID");
    assertThat(post(path, Map.of("t", "x", "nonce", yes.get("nonce"))).statusCode()).isEqualTo(404);
    assertThat(office.approval().votes()).hasSize(1);

    for (int i = 0; i < 2; i++) {
      HttpResponse<String> withdrawn = post(path, back);
      assertThat(withdrawn.statusCode()).isEqualTo(200);
      assertThat(code(withdrawn)).isEqualTo("WITHDRAWN");
    }
    assertThat(office.approval().votes()).isEmpty();
    assertThat(office.store.decisions(id)).hasSize(2);

    post("/approvals/" + id + "/decisions", approval());
    String ofTheFirst = post("/approvals/" + id + "/withdraw", back).body();
    assertThat(ofTheFirst).contains("This is not about your last answer");
    assertThat(office.approval().votes()).hasSize(1);
  }

  @Test
  void aPersonWithTwoAddressesIsOneVoteWhicheverLinkTheyUse() throws Exception {
    office.close();
    serve(Office.publishingByTwo(folder.resolve("two")));
    String path = "/api/approvals/" + id;
    assertThat(code(post(path + "/decisions", approval()))).isEqualTo("WAITING_FOR_OTHERS");

    token = office.mint.mint(office.approval(), new Approver("ann", "Ann", "ann@home.example.com"));
    assertThat(code(post(path + "/view", Map.of("t", token)))).isEqualTo("WAITING_FOR_OTHERS");
    HttpResponse<String> again = post(path + "/decisions", approval());

    assertThat(again.statusCode()).isEqualTo(409);
    assertThat(code(again)).isEqualTo("ALREADY_DECIDED");
    assertThat(office.approval().votes()).hasSize(1);
    assertThat(office.store.decisions(id)).hasSize(1);
    office.work();
    assertThat(office.published).isEmpty();
  }

  @Test
  void withoutOriginAndSecFetchSiteTheNonceOfTheOwnPageIsWhatCounts() throws Exception {
    String path = "/api/approvals/" + id + "/decisions";
    Map<String, String> whole = approval();
    String anns = token;
    token = bens();
    Map<String, String> others = new LinkedHashMap<>(whole);
    others.put("nonce", approval().get("nonce"));
    token = anns;
    Map<String, String> none = new LinkedHashMap<>(whole);
    none.remove("nonce");
    Map<String, String> stale = new LinkedHashMap<>(whole);

    for (Map<String, String> forged : List.of(none, others)) {
      HttpResponse<String> refused = post(path, forged);
      assertThat(refused.statusCode()).isEqualTo(409);
      assertThat(code(refused)).isEqualTo("VERSION_CHANGED");
    }
    Map<String, String> more = Map.of("t", anns, "version", whole.get("version"), "want", "yes");
    assertThat(post("/api/approvals/" + id + "/extend", more).statusCode()).isEqualTo(200);
    stale.put("version", approval().get("version"));
    assertThat(code(post(path, stale))).isEqualTo("VERSION_CHANGED");
    assertThat(office.store.decisions(id)).isEmpty();

    assertThat(post(path, approval()).statusCode()).isEqualTo(201);
  }

  private String bens() throws IOException {
    String link = office.link("ben@example.com");
    return link.substring(link.indexOf("#t=") + 3);
  }

  @Test
  void whatLooksWrongIsNotedForWhoeverLooksAfterTheTaskAndByNoRobot() throws Exception {
    String path = "/api/approvals/" + id + "/report";
    Map<String, String> words = Map.of("t", token, "words", "<b>This</b> is not our blog.");
    assertThat(post("/approvals/" + id, Map.of("t", token)).body())
        .contains("Does something look wrong?");
    assertThat(code(post(path, Map.of("t", token)))).isEqualTo("INVALID");
    assertThat(post("/approvals/" + id + "/report", Map.of("t", token)).body())
        .contains("Say what looks wrong.");
    assertThat(code(post(path, Map.of("t", token, "words", "x".repeat(501))))).isEqualTo("INVALID");
    assertThat(code(post(path, Map.of("t", token, "words", "x", "robot", "yes"))))
        .isEqualTo("INVALID");
    assertThat(code(post(path, words, "Sec-Fetch-Site", "cross-site"))).isEqualTo("CROSS_SITE");
    assertThat(post(path, Map.of("t", "x", "words", "x")).statusCode()).isEqualTo(404);

    HttpResponse<String> heard = post(path, words);

    assertThat(heard.statusCode()).isEqualTo(200);
    assertThat(code(heard)).isEqualTo("REPORTED");
    assertThat(office.store.journal(Office.TASK, JournalItem.firstKey(1)))
        .filteredOn(item ->
            item instanceof JournalItem.Note note && note.event().equals(JournalItem.Note.REPORTED))
        .hasSize(1);
    assertThat(office.shown())
        .contains("reported by ann: publish (%s): <b>This</b> is not our blog.".formatted(id));
    assertThat(office.approval().state()).isEqualTo(Approval.State.OPEN);
    assertThat(office.store.decisions(id)).isEmpty();
    assertThat(post("/api/approvals/" + id + "/decisions", approval()).statusCode()).isEqualTo(201);
  }

  @Test
  void whateverIsMissingFromADecisionIsNamedAndNothingIsRecorded() throws Exception {
    Map<String, String> whole = approval();
    for (String missing : List.of("decision", "read", "nonce", "version", "digest", "t")) {
      Map<String, String> fields = new LinkedHashMap<>(whole);
      fields.remove(missing);
      HttpResponse<String> refused = post("/api/approvals/" + id + "/decisions", fields);
      assertThat(refused.statusCode()).as(missing).isIn(400, 404, 409);
    }
    Map<String, String> stale = new LinkedHashMap<>(whole);
    stale.put("version", "17");
    assertThat(code(post("/api/approvals/" + id + "/decisions", stale)))
        .isEqualTo("VERSION_CHANGED");
    stale.putAll(Map.of("version", whole.get("version"), "digest", "0".repeat(64)));
    assertThat(code(post("/api/approvals/" + id + "/decisions", stale)))
        .isEqualTo("VERSION_CHANGED");
    assertThat(office.approval().state()).isEqualTo(Approval.State.OPEN);
    assertThat(office.store.decisions(id)).isEmpty();
  }

  @Test
  void anotherSiteCannotMakeABrowserDecide() throws Exception {
    Map<String, String> fields = approval();
    String path = "/api/approvals/" + id + "/decisions";
    for (String[] headers :
        List.of(
            new String[] {"Sec-Fetch-Site", "cross-site"},
            new String[] {"Sec-Fetch-Site", "same-site"},
            new String[] {"Sec-Fetch-Site", "none"},
            new String[] {"Origin", "https://evil.example"},
            new String[] {"Origin", "null"},
            new String[] {"Origin", "http://127.0.0.1:1"},
            new String[] {"Sec-Fetch-Site", "cross-site", "Origin", office.site()})) {
      HttpResponse<String> refused = post(path, fields, headers);
      assertThat(refused.statusCode()).as(String.join(" ", headers)).isEqualTo(403);
      assertThat(code(refused)).isEqualTo("CROSS_SITE");
    }
    assertThat(office.store.decisions(id)).isEmpty();
    assertThat(post(path, fields, "Origin", office.site()).statusCode()).isEqualTo(201);
  }

  @Test
  void everyWrongTokenGetsTheSamePageWhichSaysNothing() throws Exception {
    String bens = office.link("ben@example.com");
    List<String> wrong =
        new ArrayList<>(
            List.of(
                "",
                "x",
                token + "A",
                token.substring(0, token.length() - 1),
                token.substring(1),
                token.toLowerCase(java.util.Locale.ROOT),
                token.replaceFirst("^[^.]+", "../x"),
                token.replaceFirst("^[^.]+", "none"),
                token.replaceFirst("\\.[^.]+$", "."),
                token + "." + token,
                "%00",
                "' OR 1=1",
                "A".repeat(100_000)));
    for (int at = 0; at < token.length(); at += 7) {
      char flipped = (char) (token.charAt(at) ^ 1);
      wrong.add(token.substring(0, at) + flipped + token.substring(at + 1));
    }
    List<String> bodies = new ArrayList<>();
    for (String each : wrong.subList(0, Math.min(wrong.size(), 18))) {
      HttpResponse<String> refused = post("/approvals/" + id, Map.of("t", each));
      if (refused.statusCode() == 429) continue;
      assertThat(refused.statusCode()).as(each).isEqualTo(404);
      bodies.add(refused.body());
    }
    // A good link to a request that it was not made for, and to one that does not exist.
    for (String other : List.of("0".repeat(32), "x", id.substring(1) + "0")) {
      HttpResponse<String> refused = post("/approvals/" + other, Map.of("t", token));
      if (refused.statusCode() == 404) bodies.add(refused.body());
      else assertThat(refused.statusCode()).isEqualTo(429);
    }
    assertThat(bodies).hasSizeGreaterThan(3);
    assertThat(Collections.frequency(bodies, bodies.getFirst())).isEqualTo(bodies.size());
    assertThat(Jsoup.parse(bodies.getFirst()).text())
        .contains("This link is not valid")
        .doesNotContain("clerk", "Publish", "ann", id);
    assertThat(bens).isNotEqualTo(office.link("ann@example.com"));
  }

  @Test
  void theTokenIsInNoLogWhateverHappens() throws Exception {
    List<String> logged = Collections.synchronizedList(new ArrayList<>());
    Handler keeper =
        new Handler() {
          @Override
          public void publish(LogRecord line) {
            logged.add(
                line.getLevel()
                    + " "
                    + line.getMessage()
                    + java.util.Arrays.toString(line.getParameters())
                    + line.getThrown());
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    Logger root = Logger.getLogger("");
    root.addHandler(keeper);
    try {
      Logger.getLogger("dev.treadle.canary").warning("the log is kept");
      post("/approvals/" + id, Map.of("t", token));
      post("/api/approvals/" + id + "/decisions", Map.of("t", token));
      send("/api/approvals/" + id + "/view", "application/json", "{\"t\":\"" + token + "\"");
      send("/api/approvals/" + id + "/view", "text/plain", token);
      post("/approvals/" + token.substring(0, 40) + "/decisions", Map.of("t", token));
      post("/nowhere", Map.of("t", token));
      post("/api/approvals/" + id + "/decisions", approval());
      office.work();
    } finally {
      root.removeHandler(keeper);
    }
    String secret = token.substring(token.lastIndexOf('.') + 1);
    assertThat(logged).anyMatch(line -> line.contains("the log is kept"));
    assertThat(logged).noneMatch(line -> line.contains(secret) || line.contains(token));
  }

  @Test
  void badBodiesAreRefusedByRuleAndChangeNothing() throws Exception {
    String path = "/api/approvals/" + id + "/decisions";
    for (String body :
        List.of(
            "{",
            "[]",
            "null",
            "\"x\"",
            "{\"t\":1,\"t\":2}",
            "\uFEFF{}",
            "{\"t\":NaN}",
            "[".repeat(65) + "]".repeat(65))) {
      HttpResponse<String> refused = send(path, "application/json", body);
      assertThat(refused.statusCode()).as(body).isEqualTo(400);
      assertThat(code(refused)).isEqualTo("MALFORMED");
    }
    assertThat(send(path, "text/plain", "x").statusCode()).isEqualTo(415);
    assertThat(send(path, "multipart/form-data; boundary=x", "x").statusCode()).isEqualTo(415);
    assertThat(send(path, "application/x-www-form-urlencoded", "t=%ZZ").statusCode())
        .isEqualTo(400);
    assertThat(send(path, "application/x-www-form-urlencoded", "a=1&".repeat(500)).statusCode())
        .isEqualTo(400);
    assertThat(
            send(path, "application/x-www-form-urlencoded", "decision=approve&decision=reject")
                .statusCode())
        .isEqualTo(400);
    assertThat(send(path, "application/json", "x".repeat(300_000)).statusCode()).isEqualTo(413);
    assertThat(office.store.decisions(id)).isEmpty();
  }

  @Test
  void aPathIsServedInOneSpellingOverTheWireToo() throws Exception {
    for (String path :
        List.of(
            "/approvals/" + id + ";a=b",
            "//approvals/" + id,
            "//127.0.0.1/approvals/" + id,
            "/approvals/%2e%2e/",
            "/Approvals/" + id,
            "/approvals/" + id + ".",
            "/approvals/" + id + "/",
            "http://127.0.0.1/approvals/" + id,
            "/approvals/../approvals/" + id)) {
      assertThat(raw("GET " + path + " HTTP/1.1", "Host: 127.0.0.1")).as(path).contains(" 404 ");
    }
    assertThat(raw("GET /approvals/" + id + " HTTP/1.1", "Host: 127.0.0.1")).contains(" 200 ");
  }

  @Test
  void aNameThatLeadsToThisMachineIsNotThisMachine() throws Exception {
    String path = "GET /approvals/" + id + " HTTP/1.1";
    assertThat(raw(path, "Host: evil.example")).contains(" 421 ");
    assertThat(raw(path, "Host: 127.0.0.1.evil.example:80")).contains(" 421 ");
    assertThat(raw(path, "Host: localhost:1")).contains(" 200 ");
  }

  /** The first line of the answer to a request that no client would send. */
  private String raw(String line, String host) throws IOException {
    URI site = URI.create(office.site());
    try (Socket socket = new Socket(site.getHost(), site.getPort())) {
      socket
          .getOutputStream()
          .write(
              (line + "\r\n" + host + "\r\nConnection: close\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .findFirst()
          .orElse("");
    }
  }

  @Test
  void theInboxIsForWhomTheEntranceKnows() throws Exception {
    try (Office visited = Office.publishing(folder.resolve("visited"), "a stranger")) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(visited.site() + "/api/approvals?state=waiting"))
              .build();
      HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).isEqualTo(401);
      assertThat(answer.body()).doesNotContain(visited.approval().id());
    }
  }
}
