package dev.treadle.aws;

import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;

/**
 * The outputs of a CloudFormation stack, which say how its table and queues are called.
 *
 * <p>One signed call, for which no SDK module is needed. Credentials and region are those of the
 * process.
 */
public final class StackOutputs {
  private static final Duration TIME_LIMIT = Duration.ofSeconds(10);
  private static final String SERVICE = "cloudformation";
  private static final String API_VERSION = "2010-05-15";

  private final Optional<URI> endpoint;
  private final Optional<AwsCredentialsProvider> credentials;

  /**
   * Asks as the process may.
   *
   * @param endpoint another place than AWS, for emulators
   */
  public StackOutputs(Optional<URI> endpoint) {
    this(endpoint, Optional.empty());
  }

  StackOutputs(Optional<URI> endpoint, Optional<AwsCredentialsProvider> credentials) {
    this.endpoint = endpoint;
    this.credentials = credentials;
  }

  /**
   * All outputs by name.
   *
   * @throws InfrastructureFailure there is no such stack, or AWS gave no answer; says which
   */
  public Map<String, String> read(String stack) {
    String place = "stack " + stack;
    try {
      String region = DefaultAwsRegionProviderChain.builder().build().getRegion().id();
      URI url =
          endpoint.orElseGet(
              () -> URI.create("https://%s.%s.amazonaws.com/".formatted(SERVICE, region)));
      HttpResponse<String> answer = ask(place, url, region, stack);
      Document document = parsed(place, answer.body());
      if (answer.statusCode() != 200) throw refused(place, answer.statusCode(), document);
      return outputs(document);
    } catch (SdkClientException unsent) {
      throw InfrastructureFailure.of(place, "looking for its outputs", unsent);
    }
  }

  private HttpResponse<String> ask(String place, URI url, String region, String stack) {
    String form =
        "Action=DescribeStacks&Version=%s&StackName=%s"
            .formatted(API_VERSION, URLEncoder.encode(stack, StandardCharsets.UTF_8));
    byte[] body = form.getBytes(StandardCharsets.UTF_8);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(url)
            .timeout(TIME_LIMIT)
            .header("content-type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    new RequestSigner(SERVICE, Optional.of(region), credentials)
        .headers(url, body)
        .forEach(request::header);
    try (HttpClient client = HttpClient.newBuilder().connectTimeout(TIME_LIMIT).build()) {
      return client.send(request.build(), BodyHandlers.ofString());
    } catch (IOException unreached) {
      throw InfrastructureFailure.of(
          "%s: no answer of %s: %s".formatted(place, url, unreached.getClass().getSimpleName()));
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw InfrastructureFailure.of(place + ": interrupted while asking for its outputs");
    }
  }

  private static Document parsed(String place, String body) {
    try {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
      // What answers at the address may be anybody: no entity of theirs is fetched.
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      var builder = factory.newDocumentBuilder();
      builder.setErrorHandler(null);
      return builder.parse(new InputSource(new StringReader(body)));
    } catch (ParserConfigurationException | SAXException | IOException notXml) {
      throw InfrastructureFailure.of(place + ": what answered is not CloudFormation");
    }
  }

  private static InfrastructureFailure refused(String place, int status, Document document) {
    return InfrastructureFailure.of(
        "%s: CloudFormation refused with status %d: %s: %s"
            .formatted(
                place,
                status,
                text(document.getDocumentElement(), "Code"),
                text(document.getDocumentElement(), "Message")));
  }

  private static Map<String, String> outputs(Document document) {
    Map<String, String> outputs = new TreeMap<>();
    NodeList keys = document.getElementsByTagName("OutputKey");
    for (int i = 0; i < keys.getLength(); i++) {
      Element member = (Element) keys.item(i).getParentNode();
      outputs.put(text(member, "OutputKey"), text(member, "OutputValue"));
    }
    return outputs;
  }

  private static String text(Element parent, String name) {
    NodeList found = parent.getElementsByTagName(name);
    return found.getLength() == 0 ? "" : found.item(0).getTextContent().strip();
  }
}
