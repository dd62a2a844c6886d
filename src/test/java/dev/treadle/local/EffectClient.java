package dev.treadle.local;

import dev.treadle.TaskId;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Talks to an {@link EffectServer}. A lost reply is an exception, and nothing is tried again. */
record EffectClient(int port, HttpClient http) {
  EffectClient(int port) {
    this(port, HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build());
  }

  void perform(TaskId task, String what, Optional<String> key)
      throws IOException, InterruptedException {
    send("POST", task, what, key.map(text -> "&key=" + text).orElse(""));
  }

  /** How often it happened, once no request for it is on its way. */
  int count(TaskId task, String what) throws IOException, InterruptedException {
    return Integer.parseInt(send("GET", task, what, ""));
  }

  private String send(String method, TaskId task, String what, String more)
      throws IOException, InterruptedException {
    String query =
        "task=%s&what=%s%s"
            .formatted(URLEncoder.encode(task.value(), StandardCharsets.UTF_8), what, more);
    URI address = URI.create("http://127.0.0.1:%d/effects?%s".formatted(port, query));
    HttpRequest request =
        HttpRequest.newBuilder(address).method(method, HttpRequest.BodyPublishers.noBody()).build();
    HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      throw new IOException("the effect server answered " + response.statusCode());
    }
    return response.body();
  }
}
