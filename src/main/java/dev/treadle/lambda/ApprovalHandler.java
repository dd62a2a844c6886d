package dev.treadle.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import dev.treadle.web.Site;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Answers HTTP, as an HTTP API of API Gateway sends it (payload format 2.0).
 *
 * <p>A JWT authorizer of the gateway identifies people for the inbox: the claim {@code sub} is an
 * approver's id.
 */
@Named("approval")
@Singleton
public class ApprovalHandler
    implements RequestHandler<APIGatewayV2HTTPEvent, APIGatewayV2HTTPResponse> {
  private static final String SUBJECT = "sub";
  private final Site site;

  public ApprovalHandler(Site site) {
    this.site = site;
  }

  @Override
  public APIGatewayV2HTTPResponse handleRequest(
      APIGatewayV2HTTPEvent event, @Nullable Context context) {
    Optional<String> person = Optional.ofNullable(GatewayEvent.claims(event).get(SUBJECT));
    return GatewayEvent.answer(site.answer(GatewayEvent.request(event, person)));
  }
}
