package dev.treadle.tool;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.zip.GZIPInputStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.client5.http.HttpRoute;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.io.HttpClientConnectionManager;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.DefaultHostnameVerifier;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.HttpRequestExecutor;
import org.apache.hc.core5.http.io.HttpClientConnection;
import org.apache.hc.core5.http.io.HttpResponseInformationCallback;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.message.BasicClassicHttpRequest;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.Timeout;

/**
 * One request to one machine over a connection of its own: no proxy, no cookies, no logins, no
 * redirect, no second try. The certificate must be the name's, though the name is not looked up
 * again.
 */
final class WebExchange {
  static final String USER_AGENT = "Treadle/0.1";
  static final int BYTES_MAX = 2 * 1024 * 1024;
  private static final int HEADER_LINE_BYTES_MAX = 8 * 1024;
  private static final int HEADERS_MAX = 100;
  private final TimeLimits limits;
  private final SSLContext tls;

  /**
   * A request.
   *
   * @param body JSON, or empty for a request without one
   */
  record Request(
      String method,
      AddressGuard.Ruling.Cleared to,
      Map<String, String> headers,
      Optional<String> body) {}

  sealed interface Answer {
    /** An answer; its body is empty when it was not wanted. */
    final class Heard implements Answer {
      private final Head head;
      private final byte[] body;

      Heard(Head head, byte[] body) {
        this.head = head;
        this.body = body;
      }

      Head head() {
        return head;
      }

      byte[] body() {
        return body;
      }
    }

    /**
     * There is none.
     *
     * @param passes it may go better another time
     * @param sent the request may have arrived
     */
    record Unheard(String why, boolean passes, boolean sent) implements Answer {}
  }

  WebExchange(TimeLimits limits, SSLContext tls) {
    this.limits = limits;
    this.tls = tls;
  }

  static SSLContext systemTls() {
    try {
      return SSLContext.getDefault();
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has TLS", impossible);
    }
  }

  /**
   * Sends a request.
   *
   * @param wanted whether the body is of use; a server could make any other one endless
   */
  Answer send(Request request, Predicate<Head> wanted) {
    AtomicBoolean sent = new AtomicBoolean();
    CloseableHttpClient client = client(request.to(), sent);
    WebAddress address = request.to().address();
    try {
      ClassicHttpResponse response =
          client.executeOpen(target(request.to()), message(request), null);
      Head head = head(response);
      boolean isRead = wanted.test(head) && response.getEntity() != null;
      byte[] body = isRead ? read(head, response.getEntity().getContent()) : new byte[0];
      return new Answer.Heard(head, body);
    } catch (TooLarge tooLarge) {
      return unheard(address + " is larger than " + BYTES_MAX + " bytes", false, sent);
    } catch (ConnectTimeoutException slow) {
      return unheard(address + " did not connect within " + limits.connectSeconds(), true, sent);
    } catch (ConnectException refused) {
      return unheard(address + " could not be reached: " + said(refused), true, sent);
    } catch (SSLException insecure) {
      return unheard(address + " has no trustworthy connection: " + said(insecure), false, sent);
    } catch (IOException broken) {
      return unheard(address + " could not be reached: " + said(broken), true, sent);
    } finally {
      // At once: an ordinary close would first read what is left of an endless body.
      client.close(CloseMode.IMMEDIATE);
    }
  }

  private static Answer unheard(String why, boolean passes, AtomicBoolean sent) {
    return new Answer.Unheard(why, passes, sent.get());
  }

  private CloseableHttpClient client(AddressGuard.Ruling.Cleared to, AtomicBoolean sent) {
    HttpRoute route = new HttpRoute(target(to), null, to.address().isSecure());
    return HttpClientBuilder.create()
        .setConnectionManager(connections())
        .setRequestExecutor(new Noting(sent))
        .setRoutePlanner((_, _) -> route)
        .setUserAgent(USER_AGENT)
        .disableAutomaticRetries()
        .disableRedirectHandling()
        .disableCookieManagement()
        .disableContentCompression()
        .disableAuthCaching()
        .build();
  }

  private HttpClientConnectionManager connections() {
    Timeout connect = Timeout.of(limits.connect());
    Timeout total = Timeout.of(limits.total());
    Http1Config caps =
        Http1Config.custom()
            .setMaxLineLength(HEADER_LINE_BYTES_MAX)
            .setMaxHeaderCount(HEADERS_MAX)
            .build();
    return PoolingHttpClientConnectionManagerBuilder.create()
        // Only the machine that was judged may be asked: here nothing is looked up any more.
        .setDnsResolver(new NoNames())
        .setTlsSocketStrategy(new DefaultClientTlsStrategy(tls, new DefaultHostnameVerifier(null)))
        .setDefaultTlsConfig(TlsConfig.custom().setHandshakeTimeout(connect).build())
        .setDefaultConnectionConfig(
            ConnectionConfig.custom().setConnectTimeout(connect).setSocketTimeout(total).build())
        .setConnectionFactory(
            ManagedHttpClientConnectionFactory.builder().http1Config(caps).build())
        .build();
  }

  private static HttpHost target(AddressGuard.Ruling.Cleared to) {
    WebAddress address = to.address();
    return new HttpHost(address.scheme(), to.machine(), address.host(), address.port());
  }

  private static ClassicHttpRequest message(Request request) {
    ClassicHttpRequest message =
        new BasicClassicHttpRequest(request.method(), request.to().address().target());
    request.headers().forEach(message::setHeader);
    message.setHeader("Accept-Encoding", "gzip");
    message.setHeader("Connection", "close");
    request
        .body()
        .map(json -> json.getBytes(StandardCharsets.UTF_8))
        .ifPresent(
            json -> message.setEntity(new ByteArrayEntity(json, ContentType.APPLICATION_JSON)));
    return message;
  }

  private static Head head(ClassicHttpResponse response) {
    Map<String, String> headers = new HashMap<>();
    for (Header each : response.getHeaders()) {
      headers.putIfAbsent(each.getName().toLowerCase(Locale.ROOT), each.getValue());
    }
    return new Head(response.getCode(), headers);
  }

  /** Reads to the end, counted after decompression: a small body may unfold into a huge one. */
  private static byte[] read(Head head, InputStream body) throws IOException {
    // Never closed: a chunked body's close reads on to its end. The connection is dropped instead.
    InputStream plain =
        head.coding().filter(coding -> coding.endsWith("gzip")).isPresent()
            ? new GZIPInputStream(body)
            : body;
    byte[] read = plain.readNBytes(BYTES_MAX + 1);
    if (read.length > BYTES_MAX) throw new TooLarge();
    return read;
  }

  private static String said(IOException broken) {
    String message = broken.getMessage();
    return message == null ? broken.getClass().getSimpleName() : message;
  }

  /** Notes that a connection stands and the request goes out on it now. */
  private static final class Noting extends HttpRequestExecutor {
    private final AtomicBoolean sent;

    Noting(AtomicBoolean sent) {
      this.sent = sent;
    }

    @Override
    public ClassicHttpResponse execute(
        ClassicHttpRequest request,
        HttpClientConnection connection,
        HttpResponseInformationCallback information,
        HttpContext context)
        throws IOException, HttpException {
      sent.set(true);
      return super.execute(request, connection, information, context);
    }
  }

  /** The body passed the cap. */
  private static final class TooLarge extends IOException {
    private static final long serialVersionUID = 1L;
  }
}
