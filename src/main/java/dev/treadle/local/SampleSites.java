package dev.treadle.local;

import com.sun.net.httpserver.HttpServer;
import java.nio.file.Path;
import java.time.InstantSource;

/** The little sites that the samples work on, under the runtime's own address. */
final class SampleSites {
  private SampleSites() {}

  static void install(HttpServer http, Path data, InstantSource clock) {
    Shop.install(http, clock);
    Library.install(http);
    Press.install(http, data.resolve("press"));
    FlakyItems.install(http, data.resolve("items"), clock);
  }
}
