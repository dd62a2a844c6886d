package dev.treadle.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.Json;
import dev.treadle.llm.Message;
import dev.treadle.llm.Model;
import dev.treadle.llm.ModelReply;
import dev.treadle.llm.ModelRequest;
import dev.treadle.llm.bedrock.ConverseDialect;
import dev.treadle.llm.remote.Price;
import dev.treadle.llm.remote.RemoteModel;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A request to Bedrock, signed here, sent by the JDK's client, and checked as AWS checks it. */
class RequestSignerTest {
  @Test
  void aRequestToAModelWithAColonInItsNameArrivesAsItWasSigned() throws IOException {
    try (SignedServer server = new SignedServer()) {
      server.answer =
          """
          {"output": {"message": {"content": [{"text": "Hello."}]}}, "stopReason": "end_turn",
           "usage": {"inputTokens": 3, "outputTokens": 2}}
          """;
      RequestSigner signer =
          new RequestSigner(
              "bedrock", Optional.of("eu-central-1"), Optional.of(SignedServer.CREDENTIALS));
      RemoteModel model =
          new RemoteModel(
              new ConverseDialect(Json.object(), false),
              new RemoteModel.Route(
                  URI.create(server.url() + "model/eu.vendor.large-v1%3A0/converse"),
                  signer::headers),
              new RemoteModel.Terms(
                  new Model.Origin("aws.bedrock", "m"), new Price(1, 1, 1, 1), 200_000),
              InstantSource.system());

      ModelReply reply =
          model.ask(
              new ModelRequest(
                  "default",
                  "",
                  List.of(new Message.ToModel(List.of(), List.of("Grüß Gott."))),
                  List.of(),
                  64,
                  Duration.ofSeconds(20)));

      assertThat(reply).isInstanceOf(ModelReply.Answered.class);
      SignedServer.Asked asked = server.asked.getFirst();
      assertThat(asked.path()).isEqualTo("/model/eu.vendor.large-v1%3A0/converse");
      assertThat(asked.authorization())
          .contains("Credential=AKIDEXAMPLE/", "/eu-central-1/bedrock/aws4_request");
      assertThat(asked.isSigned()).isTrue();
      assertThat(asked.body()).contains("Grüß Gott.");
    }
  }
}
