package dev.treadle.lambda;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The files beside an agent that let it run without a key: {@code scenario.json} for the scripted
 * model, {@code input.json} as a sample payload. They lie on the class path under {@code
 * dev/treadle/agents/<name>/}.
 */
public final class Scripts {
  /** Stands in a sample input for the address of the local site. */
  private static final String SITE = "${site}";

  private Scripts() {}

  public static Optional<String> scenario(String agent) {
    return resource(agent, "scenario.json");
  }

  public static Optional<String> sampleInput(String agent, String site) {
    return resource(agent, "input.json").map(text -> text.replace(SITE, site));
  }

  private static Optional<String> resource(String agent, String name) {
    String path = "/dev/treadle/agents/" + agent + "/" + name;
    try (InputStream stream = Scripts.class.getResourceAsStream(path)) {
      return stream == null
          ? Optional.empty()
          : Optional.of(new String(stream.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
