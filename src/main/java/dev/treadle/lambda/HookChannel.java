package dev.treadle.lambda;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.Json;
import dev.treadle.approval.Approver;
import dev.treadle.web.ApprovalMessage;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/**
 * A POST to an address of the configuration: {@code https://…} gets a plain document, {@code
 * slack+https://…} what Slack's incoming webhooks read.
 *
 * <p>The address is a person's own: what is posted holds that person's link.
 */
final class HookChannel implements Channel {
  private static final String SLACK = "slack+";
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  @Override
  public boolean reaches(String address) {
    return address.contains("://");
  }

  @Override
  public String tell(Approver person, ApprovalMessage message, String key) throws IOException {
    boolean isSlack = person.address().startsWith(SLACK);
    URI address = address(isSlack ? person.address().substring(SLACK.length()) : person.address());
    ObjectNode document = isSlack ? slack(message) : plain(person, message);
    HttpRequest request =
        HttpRequest.newBuilder(address)
            .timeout(TIMEOUT)
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", key)
            .POST(HttpRequest.BodyPublishers.ofString(Json.write(document)))
            .build();
    int status = status(request);
    if (status / 100 != 2) throw new IOException(address.getHost() + " answered " + status);
    return "post to " + address.getHost();
  }

  private static int status(HttpRequest request) throws IOException {
    // A connection of its own: a pooled one may have died while the function was frozen.
    HttpClient client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(3))
            // A redirect would carry the link to where the configuration did not say.
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
    try {
      var response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
      // The request's timeout ends with the headers: a body that drips would never come to its end.
      response.body().close();
      return response.statusCode();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", stopped);
    } finally {
      client.shutdownNow();
    }
  }

  private static URI address(String text) throws IOException {
    URI address;
    try {
      address = URI.create(text);
    } catch (IllegalArgumentException malformed) {
      throw new IOException("the address is malformed");
    }
    boolean isSafe =
        "https".equals(address.getScheme())
            || ("http".equals(address.getScheme()) && "127.0.0.1".equals(address.getHost()));
    if (!isSafe || address.getHost() == null || address.getUserInfo() != null) {
      throw new IOException("the address must be https, without a user");
    }
    return address;
  }

  private static ObjectNode plain(Approver person, ApprovalMessage message) {
    return Json.object()
        .put("approver", person.id())
        .put("subject", message.subject())
        .put("text", message.body())
        .put("review_url", message.link());
  }

  private static ObjectNode slack(ApprovalMessage message) {
    String text = message.body().substring(0, message.body().indexOf("\nReview it here:"));
    ObjectNode document = Json.object().put("text", message.subject());
    var blocks = document.putArray("blocks");
    // Plain text, so that nothing in a title is read as a link or a mention.
    blocks
        .addObject()
        .put("type", "section")
        .putObject("text")
        .put("type", "plain_text")
        .put("text", text);
    var button = blocks.addObject().put("type", "actions").putArray("elements").addObject();
    button.put("type", "button").put("url", message.link());
    button.putObject("text").put("type", "plain_text").put("text", "Review");
    return document;
  }
}
