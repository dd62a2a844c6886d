package dev.treadle.tool;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * One conversation with a mail server (RFC 5321, with STARTTLS of RFC 3207 and AUTH of RFC 4954),
 * up to one mail. Whatever happens, it is over at its time limit.
 */
final class SmtpDialog implements AutoCloseable {
  private static final int LINE_CHARS_MAX = 2_000;
  private static final int LINES_MAX = 100;
  private static final int TOLD_CHARS_MAX = 300;
  private static final int CONNECT_MILLIS = 5_000;

  private final SmtpSettings settings;
  private final SSLSocketFactory tls;

  /** Closed at the time limit, which ends every read and write; closing TLS itself could block. */
  private final Socket wire = new Socket();

  private final CompletableFuture<Void> timer;
  private volatile boolean late;
  private InputStream in = InputStream.nullInputStream();
  private OutputStream out = OutputStream.nullOutputStream();
  private List<String> offers = List.of();

  /** What a server said: its code and its words on one line. */
  record Reply(int code, String text) {
    boolean isDone() {
      return code / 100 == 2;
    }

    boolean isPassing() {
      return code / 100 == 4;
    }

    boolean isRefusal() {
      return code / 100 == 5;
    }
  }

  /** The server did not take a command. */
  static final class Declined extends Exception {
    private static final long serialVersionUID = 1L;
    private final Part part;
    private final boolean lasting;

    /** What the server did not take. */
    enum Part {
      CONNECTION,
      SENDER,
      RECIPIENT,
      MAIL
    }

    Declined(Part part, boolean lasting, String message) {
      super(message);
      this.part = part;
      this.lasting = lasting;
    }

    Part part() {
      return part;
    }

    boolean isLasting() {
      return lasting;
    }
  }

  SmtpDialog(SmtpSettings settings, SSLSocketFactory tls) {
    this.settings = settings;
    this.tls = tls;
    Duration limit = settings.timeLimit();
    timer =
        CompletableFuture.runAsync(
            this::endLate,
            CompletableFuture.delayedExecutor(limit.toMillis(), TimeUnit.MILLISECONDS));
  }

  /** Whether the time limit ended it. */
  boolean isLate() {
    return late;
  }

  /** Connects, up to where a mail can be handed over. */
  void open() throws IOException, Declined {
    wire.connect(new InetSocketAddress(settings.host(), settings.port()), CONNECT_MILLIS);
    if (settings.security() == SmtpSettings.Security.TLS) {
      secure();
    } else {
      listen(wire);
    }
    expect(read(), Declined.Part.CONNECTION, "the connection");
    hello();
    if (settings.security() == SmtpSettings.Security.STARTTLS) {
      if (!isOffered("STARTTLS")) throw unfit("does not offer STARTTLS");
      expect(ask("STARTTLS"), Declined.Part.CONNECTION, "STARTTLS");
      // What came in before the handshake may be from somebody else: it is dropped.
      secure();
      hello();
    }
    if (settings.login().isPresent()) logIn(settings.login().get());
  }

  /** Says from whom and to whom. */
  void envelope(String from, String to) throws IOException, Declined {
    expect(ask("MAIL FROM:<" + from + ">"), Declined.Part.SENDER, from);
    expect(ask("RCPT TO:<" + to + ">"), Declined.Part.RECIPIENT, to);
  }

  /** Hands the mail over but for its end, without which no server may deliver it. */
  void text(String mail) throws IOException, Declined {
    Reply ready = ask("DATA");
    if (ready.code() != 354) throw declined(ready, Declined.Part.MAIL, "a mail");
    String stuffed = (mail.startsWith(".") ? "." : "") + mail.replace("\r\n.", "\r\n..");
    out.write(
        (stuffed + (mail.endsWith("\r\n") ? "" : "\r\n")).getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }

  /**
   * Ends the mail.
   *
   * @throws IOException nobody knows whether the server took it
   */
  Reply end() throws IOException {
    return ask(".");
  }

  /** Takes its leave without waiting for an answer: what counts has been said. */
  @Override
  public void close() {
    try {
      out.write("QUIT\r\n".getBytes(StandardCharsets.US_ASCII));
      out.flush();
    } catch (IOException gone) {
      // Then it has left first.
    } finally {
      timer.cancel(false);
      hangUp();
    }
  }

  private void endLate() {
    late = true;
    hangUp();
  }

  private void hangUp() {
    try {
      wire.close();
    } catch (IOException closed) {
      // Nothing is left to close.
    }
  }

  private void secure() throws IOException {
    SSLSocket secured = (SSLSocket) tls.createSocket(wire, settings.host(), settings.port(), true);
    SSLParameters parameters = secured.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    secured.setSSLParameters(parameters);
    secured.startHandshake();
    listen(secured);
  }

  private void listen(Socket socket) throws IOException {
    in = new BufferedInputStream(socket.getInputStream());
    out = socket.getOutputStream();
  }

  private void hello() throws IOException, Declined {
    InetAddress own = wire.getLocalAddress();
    String literal = (own instanceof Inet6Address ? "IPv6:" : "") + own.getHostAddress();
    List<String> lines = askLines("EHLO [" + literal.replaceFirst("%.*", "") + "]");
    expect(reply(lines), Declined.Part.CONNECTION, "EHLO");
    offers = lines.stream().map(line -> line.substring(4).toUpperCase(Locale.ROOT)).toList();
  }

  private boolean isOffered(String extension) {
    return offers.stream().anyMatch(offer -> offer.equals(extension));
  }

  private void logIn(SmtpSettings.Login login) throws IOException, Declined {
    List<String> ways =
        offers.stream()
            .filter(offer -> offer.startsWith("AUTH "))
            .flatMap(offer -> List.of(offer.split(" ", -1)).stream())
            .toList();
    String password = password(login);
    Reply reply;
    if (ways.contains("PLAIN")) {
      reply = ask("AUTH PLAIN " + base64("\0" + login.user() + "\0" + password));
    } else if (ways.contains("LOGIN")) {
      reply = ask("AUTH LOGIN");
      if (reply.code() == 334) reply = ask(base64(login.user()));
      if (reply.code() == 334) reply = ask(base64(password));
    } else {
      throw unfit("offers no login by PLAIN or LOGIN");
    }
    // Its words are not repeated: a server may echo what it was sent.
    if (!reply.isDone()) throw unfit("refused the login with " + reply.code());
  }

  private String password(SmtpSettings.Login login) throws Declined {
    try {
      return login.password().get();
    } catch (RuntimeException locked) {
      // Its message is not repeated: nobody knows what a store of secrets writes into it.
      throw unfit("was not logged in to: no password, " + locked.getClass().getSimpleName());
    }
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private Declined unfit(String why) {
    return new Declined(Declined.Part.CONNECTION, false, settings.host() + " " + why);
  }

  private void expect(Reply reply, Declined.Part part, String what) throws Declined {
    if (!reply.isDone()) throw declined(reply, part, what);
  }

  private Declined declined(Reply reply, Declined.Part part, String what) {
    return new Declined(
        part,
        reply.isRefusal() && part != Declined.Part.CONNECTION,
        "%s did not take %s: %s".formatted(settings.host(), what, reply.text()));
  }

  private Reply ask(String line) throws IOException {
    return reply(askLines(line));
  }

  private List<String> askLines(String line) throws IOException {
    out.write((line + "\r\n").getBytes(StandardCharsets.UTF_8));
    out.flush();
    return readLines();
  }

  private Reply read() throws IOException {
    return reply(readLines());
  }

  private static Reply reply(List<String> lines) {
    String text = String.join(" ", lines.stream().map(line -> line.substring(4).strip()).toList());
    int code = Integer.parseInt(lines.getFirst().substring(0, 3));
    String told = (code + " " + text).strip();
    return new Reply(
        code, told.length() <= TOLD_CHARS_MAX ? told : told.substring(0, TOLD_CHARS_MAX) + " …");
  }

  /** Lines of at least four characters that begin with the same legal code. */
  private List<String> readLines() throws IOException {
    List<String> lines = new ArrayList<>();
    while (lines.size() < LINES_MAX) {
      String line = line();
      boolean isReply = line.matches("[2-5]\\d\\d([ -].*)?");
      if (!isReply || (!lines.isEmpty() && !line.startsWith(lines.getFirst().substring(0, 3)))) {
        throw new IOException("the server does not speak SMTP");
      }
      lines.add(line.length() == 3 ? line + " " : line);
      if (lines.getLast().charAt(3) == ' ') return lines;
    }
    throw new IOException("the server's reply does not end");
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int read = in.read(); read != '\n'; read = in.read()) {
      if (read < 0) throw new EOFException("the server hung up");
      if (line.length() == LINE_CHARS_MAX) throw new IOException("the server's line does not end");
      boolean isPlain = read >= ' ' && read <= '~';
      if (read != '\r') line.append(isPlain ? (char) read : '?');
    }
    return line.toString();
  }
}
