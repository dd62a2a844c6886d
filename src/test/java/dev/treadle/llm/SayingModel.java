package dev.treadle.llm;

import com.fasterxml.jackson.databind.JsonNode;
import dev.treadle.Reserve;
import dev.treadle.Usage;
import java.util.ArrayList;
import java.util.List;

/** A model that gives one reply to everything and keeps the requests. */
final class SayingModel implements Model {
  static final Usage USED = new Usage(100, 20, 700);

  final List<ModelRequest> requests = new ArrayList<>();
  private final ModelReply reply;

  SayingModel(ModelReply reply) {
    this.reply = reply;
  }

  static SayingModel answering(JsonNode answer) {
    return new SayingModel(new ModelReply.Answered(answer, USED));
  }

  @Override
  public ModelReply ask(ModelRequest request) {
    requests.add(request);
    return reply;
  }

  @Override
  public Reserve reserveFor(long inputChars, int maxOutputTokens) {
    return new Reserve(inputChars, inputChars + maxOutputTokens);
  }

  @Override
  public Origin origin() {
    return new Origin("test", "saying");
  }

  @Override
  public int windowTokens() {
    return 200_000;
  }
}
