package dev.treadle.tool;

import dev.treadle.Secrets;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * How mail leaves.
 *
 * @param from one mailbox
 * @param timeLimit of one delivery; must be well inside the tool's
 */
public record SmtpSettings(
    String host,
    int port,
    Security security,
    Optional<Login> login,
    String from,
    Duration timeLimit) {
  private static final String URL = "TREADLE_SMTP_URL";
  private static final String PASSWORD = "TREADLE_SMTP_PASSWORD";
  private static final String FROM = "TREADLE_MAIL_FROM";
  private static final Duration USUAL_TIME_LIMIT = Duration.ofSeconds(15);
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "::1");

  /** How a connection is kept from others' eyes. */
  public enum Security {
    /** From the first byte on. */
    TLS,
    /** Before anything is told; a server that does not offer it gets nothing. */
    STARTTLS,
    /** On loopback only. */
    NONE
  }

  /**
   * Who sends.
   *
   * @param password read for every delivery, so that a new one needs no restart
   */
  public record Login(String user, Supplier<String> password) {
    /** Never shows the password. */
    @Override
    public String toString() {
      return "Login[user=" + user + "]";
    }
  }

  public SmtpSettings {
    if (host.isBlank()) throw new IllegalArgumentException("the mail server must have a name");
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("the mail server's port must be 1 to 65535, was " + port);
    }
    if (security == Security.NONE && !LOOPBACK.contains(host)) {
      throw new IllegalArgumentException("mail goes without TLS to loopback only, not to " + host);
    }
    if (!Mail.isOneMailbox(from)) {
      throw new IllegalArgumentException("from must be one mailbox, was \"" + from + '"');
    }
  }

  /**
   * Settings from environment variables, or nothing when there is no {@code TREADLE_SMTP_URL}.
   *
   * <ul>
   *   <li>{@code TREADLE_SMTP_URL}: {@code smtps://user@mail.example.com:465} for TLS, {@code
   *       smtp://user@mail.example.com:587} for STARTTLS (and for nothing on loopback); a sign like
   *       {@code @} in the user's name is written as {@code %40}
   *   <li>{@code TREADLE_SMTP_PASSWORD}: when there is a user; the password, or the reference of a
   *       secret
   *   <li>{@code TREADLE_MAIL_FROM}: one mailbox
   * </ul>
   *
   * @param secrets reads the reference
   * @throws IllegalArgumentException a variable is wrong; the message names it and the rule
   */
  public static Optional<SmtpSettings> fromEnvironment(
      Map<String, String> environment, Secrets secrets) {
    Map<String, String> env = Map.copyOf(environment);
    String address = env.getOrDefault(URL, "").strip();
    if (address.isEmpty()) return Optional.empty();
    URI url = url(address);
    String host = url.getHost().replaceAll("[\\[\\]]", "");
    Security security =
        url.getScheme().equals("smtps")
            ? Security.TLS
            : LOOPBACK.contains(host) ? Security.NONE : Security.STARTTLS;
    int port = url.getPort() >= 0 ? url.getPort() : security == Security.TLS ? 465 : 587;
    String from = env.getOrDefault(FROM, "").strip();
    if (!Mail.isOneMailbox(from)) {
      throw new IllegalArgumentException(FROM + " must be one mailbox, was \"" + from + '"');
    }
    return Optional.of(
        new SmtpSettings(host, port, security, login(url, env, secrets), from, USUAL_TIME_LIMIT));
  }

  private static URI url(String text) {
    String rule = URL + " must be like smtps://user@mail.example.com:465 or smtp://…:587";
    try {
      URI url = new URI(text);
      boolean isSmtp = "smtp".equals(url.getScheme()) || "smtps".equals(url.getScheme());
      boolean isBare = url.getRawQuery() == null && "".equals(url.getRawPath());
      if (!isSmtp || url.getHost() == null || !isBare) throw new IllegalArgumentException(rule);
      return url;
    } catch (URISyntaxException malformed) {
      throw new IllegalArgumentException(rule);
    }
  }

  private static Optional<Login> login(URI url, Map<String, String> env, Secrets secrets) {
    String user = url.getUserInfo();
    if (user == null || user.isEmpty()) return Optional.empty();
    if (user.contains(":")) {
      throw new IllegalArgumentException(URL + " must hold no password; it goes into " + PASSWORD);
    }
    String password = env.getOrDefault(PASSWORD, "");
    if (password.isEmpty()) {
      throw new IllegalArgumentException(PASSWORD + " must be set when " + URL + " names a user");
    }
    return Optional.of(
        new Login(user, () -> Secrets.isReference(password) ? secrets.read(password) : password));
  }
}
