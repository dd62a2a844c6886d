package dev.treadle.aws;

import com.amazonaws.services.lambda.runtime.api.client.AWSLambda;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Lambda's runtime API on loopback, and one environment of a function behind it: the unpacked zip
 * in a process of its own, under Amazon's own runtime interface client.
 */
final class RuntimeApi implements AutoCloseable {
  private static final String PREFIX = "/2018-06-01/runtime/";
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int NO_BODY = -1;

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Process function;
  private final Path log;
  private final BlockingQueue<Invocation> waiting = new LinkedBlockingQueue<>();
  private volatile CompletableFuture<String> answer = new CompletableFuture<>();

  private record Invocation(String id, String event) {}

  RuntimeApi(Path unpacked, String handler, Map<String, String> environment) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    // The function's question for its next event waits for long, and must hold nobody else up.
    server.setExecutor(threads);
    server.createContext(PREFIX, this::handle);
    server.start();
    log = Files.createTempFile("treadle-function", ".log");
    function = start(unpacked, handler, environment);
    var _ =
        function
            .onExit()
            .thenAccept(dead ->
                answer.completeExceptionally(
                    new IllegalStateException("the function exited with " + dead.exitValue())));
  }

  private Process start(Path unpacked, String handler, Map<String, String> environment)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--add-opens=java.base/java.lang=ALL-UNNAMED");
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-cp");
    command.add(classPath(unpacked));
    command.add(AWSLambda.class.getName());
    command.add("io.quarkus.amazon.lambda.runtime.QuarkusStreamHandler::handleRequest");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(unpacked.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    builder
        .environment()
        .putAll(
            Map.of(
                "AWS_LAMBDA_RUNTIME_API",
                "127.0.0.1:" + server.getAddress().getPort(),
                "AWS_LAMBDA_FUNCTION_NAME",
                handler,
                "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
                "512",
                "AWS_LAMBDA_FUNCTION_VERSION",
                "1",
                "AWS_LAMBDA_LOG_GROUP_NAME",
                "/aws/lambda/" + handler,
                "LAMBDA_TASK_ROOT",
                unpacked.toString(),
                "QUARKUS_LAMBDA_HANDLER",
                handler));
    return builder.start();
  }

  /** The client and what it needs come first, as in Lambda's own runtime; then the function. */
  private static String classPath(Path unpacked) throws IOException {
    String client =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> entry.contains("aws-lambda-java-"))
            .collect(Collectors.joining(File.pathSeparator));
    try (Stream<Path> jars = Files.list(unpacked.resolve("lib"))) {
      return client
          + File.pathSeparator
          + unpacked
          + File.pathSeparator
          + jars.sorted().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    }
  }

  /** Invokes the function once, and answers with what it said. */
  String invoke(String event) throws Exception {
    answer = new CompletableFuture<>();
    waiting.add(new Invocation(UUID.randomUUID().toString(), event));
    try {
      return answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (Exception failed) {
      throw new AssertionError(failed + "\n" + Files.readString(log), failed);
    }
  }

  /** Of the function's process. */
  long pid() {
    return function.pid();
  }

  private void handle(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath().substring(PREFIX.length());
    if (path.equals("invocation/next")) {
      next(exchange);
      return;
    }
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    reply(exchange, 202, "");
    if (path.endsWith("/response")) answer.complete(body);
    if (path.endsWith("error")) {
      answer.completeExceptionally(new IllegalStateException(path + ": " + body));
    }
  }

  private void next(HttpExchange exchange) throws IOException {
    Invocation invocation;
    try {
      invocation = waiting.take();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return;
    }
    long deadline = System.currentTimeMillis() + PATIENCE.toMillis();
    // The client's native half dies without any one of these.
    Map.of(
            "Content-Type", "application/json",
            "Lambda-Runtime-Aws-Request-Id", invocation.id(),
            "Lambda-Runtime-Deadline-Ms", Long.toString(deadline),
            "Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:eu-central-1:1:function:f",
            "Lambda-Runtime-Trace-Id", "Root=1-5e1b4151-5ac6c58f5a0c3b2c1d2e3f40;Sampled=0")
        .forEach(exchange.getResponseHeaders()::add);
    reply(exchange, 200, invocation.event());
  }

  private static void reply(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? NO_BODY : bytes.length);
    if (bytes.length > 0) exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Override
  public void close() throws IOException {
    function.destroyForcibly();
    threads.shutdownNow();
    server.stop(0);
    Files.deleteIfExists(log);
  }
}
