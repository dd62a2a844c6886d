package dev.treadle.aws;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/**
 * A server on loopback that checks the signature of each request (Signature Version 4) from what
 * arrived, as AWS does, and answers what it is told.
 */
final class SignedServer implements AutoCloseable {
  static final StaticCredentialsProvider CREDENTIALS =
      StaticCredentialsProvider.create(
          AwsSessionCredentials.create("AKIDEXAMPLE", "canary-secret", "canary-session"));

  /** What arrived. */
  record Asked(String path, String target, String authorization, String body, boolean isSigned) {}

  private final HttpServer server;
  final List<Asked> asked = new CopyOnWriteArrayList<>();
  volatile int status = 200;
  volatile String answer = "{}";

  SignedServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::handle);
    server.start();
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
  }

  private void handle(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    String authorization = header(exchange, "authorization");
    asked.add(
        new Asked(
            exchange.getRequestURI().getRawPath(),
            header(exchange, "x-amz-target"),
            authorization,
            new String(body, StandardCharsets.UTF_8),
            authorization.endsWith("Signature=" + signature(exchange, body, authorization))));
    byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private static String header(HttpExchange exchange, String name) {
    return String.valueOf(exchange.getRequestHeaders().getFirst(name));
  }

  private static String signature(HttpExchange exchange, byte[] body, String authorization) {
    String scope = authorization.replaceAll(".*Credential=[^/]+/([^,]+),.*", "$1");
    String names = authorization.replaceAll(".*SignedHeaders=([^,]+),.*", "$1");
    String headers =
        Arrays.stream(names.split(";"))
            .map(name -> name + ":" + header(exchange, name) + "\n")
            .collect(Collectors.joining());
    String path =
        Arrays.stream(exchange.getRequestURI().getRawPath().split("/", -1))
            .map(part -> URLEncoder.encode(part, StandardCharsets.UTF_8))
            .collect(Collectors.joining("/"));
    String canonical =
        "%s\n%s\n\n%s\n%s\n%s"
            .formatted(exchange.getRequestMethod(), path, headers, names, hex(sha256(body)));
    String toSign =
        "AWS4-HMAC-SHA256\n%s\n%s\n%s"
            .formatted(
                header(exchange, "x-amz-date"),
                scope,
                hex(sha256(canonical.getBytes(StandardCharsets.UTF_8))));
    byte[] key = "AWS4canary-secret".getBytes(StandardCharsets.UTF_8);
    for (String part : scope.split("/", -1)) key = hmac(key, part);
    return hex(hmac(key, toSign));
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static byte[] hmac(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
