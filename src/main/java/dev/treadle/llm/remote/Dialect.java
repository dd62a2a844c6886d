package dev.treadle.llm.remote;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.llm.ModelRequest;
import java.util.Map;
import java.util.Optional;

/**
 * How a provider's requests and answers are written: the pure part of a client, without sockets,
 * keys and clocks. {@code ModelContract} says what each must do.
 */
public interface Dialect {
  /** The provider's name in words. */
  String provider();

  /** The body of a request. */
  ObjectNode request(ModelRequest request);

  /** The headers that a body needs beside its content type and the key. */
  Map<String, String> headers(ObjectNode body);

  /** What the body of a successful response says. */
  Said said(ObjectNode body);

  /** What the body of another response says, as {@code "type: message"}; empty when nothing. */
  Optional<String> problem(JsonNode body);

  /** Whether an error that looks as if it would pass needs a person: a spent account, say. */
  boolean isHopeless(int status, JsonNode body);

  /** What a successful response brought. */
  sealed interface Said {}

  /**
   * An answer in the terms of {@link dev.treadle.llm.ModelReply.Answered}.
   *
   * @param used empty when the provider did not say
   */
  record Answer(ObjectNode answer, Optional<Tokens> used) implements Said {}

  /** An error, though the status promised an answer. */
  record Denial(String why) implements Said {}
}
