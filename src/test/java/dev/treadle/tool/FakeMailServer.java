package dev.treadle.tool;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * A mail server on loopback that follows a script: what it answers to a command ("CONNECT", "EHLO",
 * "MAIL", "RCPT", "DATA", "." and so on), unless it is told to hang up there or to say nothing.
 */
final class FakeMailServer implements AutoCloseable {
  static final String HANG_UP = "hang up";
  static final String SILENCE = "silence";
  static final String DRIP = "drip";

  private final ServerSocket socket;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Map<String, String> script = new ConcurrentHashMap<>();
  private final List<String> heard = new CopyOnWriteArrayList<>();
  private final List<String> mails = new CopyOnWriteArrayList<>();
  private final boolean tlsFirst;
  private final SSLContext tls;

  FakeMailServer(boolean tlsFirst) throws IOException {
    this(tlsFirst, "localhost");
  }

  /** A server whose certificate is for the host. */
  FakeMailServer(boolean tlsFirst, String host) throws IOException {
    this.tlsFirst = tlsFirst;
    this.tls = tls(host);
    socket = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    script.putAll(
        Map.of(
            "CONNECT", "220 mail.example.com ready",
            "EHLO", "250-mail.example.com\r\n250-SIZE 1000000\r\n250 AUTH LOGIN PLAIN",
            "STARTTLS", "220 go on",
            "AUTH", "235 welcome",
            "MAIL", "250 ok",
            "RCPT", "250 ok",
            "DATA", "354 go on",
            ".", "250 2.0.0 queued as 42",
            "QUIT", "221 bye"));
    var _ = threads.submit(this::accept);
  }

  int port() {
    return socket.getLocalPort();
  }

  FakeMailServer at(String command, String answer) {
    script.put(command, answer);
    return this;
  }

  /** Every command, in order. */
  List<String> heard() {
    return heard;
  }

  /** The mails whose end was read, whatever was answered. */
  List<String> mails() {
    return mails;
  }

  private Void accept() throws IOException {
    while (!socket.isClosed()) {
      Socket client = socket.accept();
      var _ =
          threads.submit(() -> {
            try (client) {
              talk(tlsFirst ? secured(client) : client);
            }
            return null;
          });
    }
    return null;
  }

  private void talk(Socket client) throws IOException {
    if (!answered("CONNECT", client)) return;
    BufferedReader in = reader(client);
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      heard.add(line);
      String command = line.split(" ", -1)[0].toUpperCase(Locale.ROOT);
      if (!answered(command, client) || command.equals("QUIT")) return;
      if (command.equals("STARTTLS") && script.get("STARTTLS").startsWith("220")) {
        talkOn(secured(client));
        return;
      }
      if (command.equals("DATA") && script.get("DATA").startsWith("354")) {
        if (!readMail(in)) return;
        if (!answered(".", client)) return;
      }
    }
  }

  private void talkOn(Socket client) throws IOException {
    script.put("CONNECT", "");
    talk(client);
  }

  private boolean readMail(BufferedReader in) throws IOException {
    StringBuilder mail = new StringBuilder();
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      if (line.equals(".")) {
        mails.add(mail.toString());
        return true;
      }
      mail.append(line.startsWith(".") ? line.substring(1) : line).append("\r\n");
    }
    return false;
  }

  private boolean answered(String command, Socket client) throws IOException {
    String answer = script.getOrDefault(command, "500 unknown");
    switch (answer) {
      case HANG_UP -> {
        return false;
      }
      case SILENCE -> await(60_000);
      case DRIP -> {
        while (!await(10)) say("250-still thinking\r\n".substring(0, 1), client);
      }
      case "" -> {}
      default -> say(answer + "\r\n", client);
    }
    return true;
  }

  private static void say(String text, Socket client) throws IOException {
    OutputStream out = client.getOutputStream();
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  private boolean await(long millis) {
    try {
      return closed.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  private static BufferedReader reader(Socket client) throws IOException {
    return new BufferedReader(
        new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8));
  }

  private Socket secured(Socket client) throws IOException {
    SSLSocket secured =
        (SSLSocket) tls.getSocketFactory().createSocket(client, null, client.getPort(), true);
    secured.setUseClientMode(false);
    return secured;
  }

  /** For both sides: the certificate of a host, trusted by itself. */
  static SSLContext tls(String host) {
    char[] password = "changeit".toCharArray();
    try (var stream = FakeMailServer.class.getResourceAsStream("/smtp/" + host + ".p12")) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(stream, password);
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(store, password);
      KeyStore trusted = KeyStore.getInstance("PKCS12");
      trusted.load(null, null);
      trusted.setCertificateEntry("mail", store.getCertificate("mail"));
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
      return context;
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    } catch (GeneralSecurityException broken) {
      throw new IllegalStateException(broken);
    }
  }

  @Override
  public void close() throws IOException {
    closed.countDown();
    socket.close();
    threads.shutdownNow();
  }
}
