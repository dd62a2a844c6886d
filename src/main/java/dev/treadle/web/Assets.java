package dev.treadle.web;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.stream.Collectors;

/** The style sheets and scripts, which lie in the page and are allowed by their hash. */
final class Assets {
  static final String STYLE = read("page.css");
  static final String SCRIPT = read("page.js");
  static final String CONSOLE_STYLE = read("console.css");
  static final String CONSOLE_SCRIPT = read("console.js");

  private Assets() {}

  /** The source expression of a content security policy for an inline element. */
  static String source(String element) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      byte[] hash = sha.digest(element.getBytes(StandardCharsets.UTF_8));
      return "'sha256-" + Base64.getEncoder().encodeToString(hash) + "'";
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has SHA-256", impossible);
    }
  }

  private static String read(String name) {
    try (InputStream stream = Assets.class.getResourceAsStream(name)) {
      if (stream == null) throw new IllegalStateException(name + " is not on the class path");
      // Comments and indentation are for whoever reads the source: a page is at most 60 KB.
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .map(String::strip)
          .filter(line -> !line.startsWith("//"))
          .collect(Collectors.joining("\n"));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
