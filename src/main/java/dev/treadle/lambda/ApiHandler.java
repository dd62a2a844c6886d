package dev.treadle.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import dev.treadle.approval.Approvers;
import dev.treadle.approval.Names;
import dev.treadle.engine.KillSwitch;
import dev.treadle.engine.Loop;
import dev.treadle.web.AwsConsole;
import dev.treadle.web.Pages;
import dev.treadle.web.Request;
import dev.treadle.web.Site;
import io.quarkus.qute.Engine;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.Optional;
import org.eclipse.microprofile.config.Config;
import org.jspecify.annotations.Nullable;

/**
 * Answers what operators ask of tasks and of series, as JSON and as pages, over an HTTP API of API
 * Gateway.
 *
 * <p>Who asks is checked here, not only in the gateway: without {@code TREADLE_JWT_ISSUER} and
 * {@code TREADLE_JWT_AUDIENCE}, and without claims that fit them, every answer is 403. {@code
 * TREADLE_APPROVERS} says what people are called.
 */
@Named("api")
@Singleton
public class ApiHandler implements RequestHandler<APIGatewayV2HTTPEvent, APIGatewayV2HTTPResponse> {
  private final Site site;
  private final Optional<TokenCheck> check;
  private final InstantSource clock;

  public ApiHandler(
      Loop loop,
      ScheduledSeries series,
      KillSwitch kill,
      Engine templates,
      InstantSource clock,
      Config config) {
    Pages pages = new Pages(templates);
    Names names =
        setting(config, "treadle.approvers")
            .map(Approvers::parse)
            .map(Approvers::names)
            .orElse(Names.NONE);
    Optional<AwsConsole> aws = AwsConsole.ofEnvironment(System.getenv());
    this.site =
        Site.ofTasks(loop, series.table(), kill, names, aws, pages, clock)
            .with(Site.ofSeries(series.desk(), pages));
    this.check =
        setting(config, "treadle.jwt.issuer")
            .flatMap(from ->
                setting(config, "treadle.jwt.audience").map(to -> new TokenCheck(from, to)));
    this.clock = clock;
  }

  private static Optional<String> setting(Config config, String name) {
    return config.getOptionalValue(name, String.class);
  }

  @Override
  public APIGatewayV2HTTPResponse handleRequest(
      APIGatewayV2HTTPEvent event, @Nullable Context context) {
    Optional<String> person =
        check.flatMap(with -> with.person(GatewayEvent.claims(event), clock.instant()));
    Request request = GatewayEvent.request(event, person);
    return GatewayEvent.answer(person.isPresent() ? site.answer(request) : site.forbidden(request));
  }
}
