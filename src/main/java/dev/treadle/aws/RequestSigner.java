package dev.treadle.aws;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;

/**
 * Signs requests to AWS for clients of their own (Signature Version 4), with the credentials of the
 * process. Credentials are looked up when the first request is signed.
 */
public final class RequestSigner {
  /** The JDK's client writes these itself, as they were signed. */
  private static final Set<String> CLIENTS_OWN = Set.of("host", "content-length");

  private final AwsV4HttpSigner signer = AwsV4HttpSigner.create();
  private final String service;
  private final Optional<String> region;
  private final Optional<AwsCredentialsProvider> credentials;

  /**
   * A signer for one service.
   *
   * @param service as signatures name it, {@code bedrock} say
   * @param region where the service is; absent: as the environment says
   * @param credentials absent: as the environment says
   */
  public RequestSigner(
      String service, Optional<String> region, Optional<AwsCredentialsProvider> credentials) {
    this.service = service;
    this.region = region;
    this.credentials = credentials;
  }

  /** One that takes everything from the environment. */
  public static RequestSigner of(String service) {
    return new RequestSigner(service, Optional.empty(), Optional.empty());
  }

  /** The headers that let a POST in, for exactly this address and body. */
  public Map<String, String> headers(URI url, byte[] body) {
    return signed(SdkHttpMethod.POST, url, body);
  }

  /** The headers that let a GET of this address in. */
  public Map<String, String> headersToRead(URI url) {
    return signed(SdkHttpMethod.GET, url, new byte[0]);
  }

  private Map<String, String> signed(SdkHttpMethod method, URI url, byte[] body) {
    SdkHttpRequest request =
        SdkHttpRequest.builder().method(method).uri(url).putHeader("host", host(url)).build();
    AwsCredentialsIdentity identity =
        credentials.orElseGet(Usual::credentials).resolveCredentials();
    SignedRequest signed =
        signer.sign(each ->
            each.identity(identity)
                .request(request)
                .payload(() -> new ByteArrayInputStream(body))
                .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, service)
                .putProperty(AwsV4HttpSigner.REGION_NAME, region.orElseGet(Usual::region)));
    Map<String, String> headers = new HashMap<>();
    signed
        .request()
        .headers()
        .forEach((name, values) -> {
          if (!CLIENTS_OWN.contains(name.toLowerCase(java.util.Locale.ROOT))) {
            headers.put(name, String.join(",", new TreeSet<>(values)));
          }
        });
    return headers;
  }

  private static String host(URI url) {
    return url.getPort() < 0 ? url.getHost() : url.getHost() + ":" + url.getPort();
  }

  /** What the environment says, looked up once and when first needed. */
  private static final class Usual {
    private static final AwsCredentialsProvider CREDENTIALS =
        DefaultCredentialsProvider.builder().build();

    static AwsCredentialsProvider credentials() {
      return CREDENTIALS;
    }

    static String region() {
      return DefaultAwsRegionProviderChain.builder().build().getRegion().id();
    }
  }
}
