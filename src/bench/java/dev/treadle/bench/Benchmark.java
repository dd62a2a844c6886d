package dev.treadle.bench;

import dev.treadle.aws.ColdStart;
import dev.treadle.aws.EmulatedSpeed;
import dev.treadle.local.RuntimeSpeed;
import dev.treadle.web.PageSpeed;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Measures everything, one after the other, and prints one table.
 *
 * <p>{@code -Dbench.parts=engine,page} measures these alone; the parts are {@code engine}, {@code
 * page}, {@code runtime}, {@code emulators} and {@code cold}.
 */
public final class Benchmark {
  private static final Set<String> PARTS = Set.of("engine", "page", "runtime", "emulators", "cold");

  private Benchmark() {}

  @FunctionalInterface
  private interface Part {
    List<Measure> measure() throws Exception;
  }

  public static void main(String[] arguments) throws Exception {
    String parts = System.getProperty("bench.parts", "");
    Set<String> asked = parts.isEmpty() ? PARTS : Set.of(parts.split(",", -1));
    if (!PARTS.containsAll(asked)) {
      System.err.println("the parts are " + PARTS);
      System.exit(2);
    }
    System.out.printf(
        "Java %s, %s %s, %d processors%n%n",
        Runtime.version(),
        System.getProperty("os.name"),
        System.getProperty("os.arch"),
        Runtime.getRuntime().availableProcessors());
    List<String> rows = new ArrayList<>();
    measure(asked, "engine", EngineSpeed::measure, rows);
    measure(asked, "page", PageSpeed::measure, rows);
    measure(asked, "runtime", RuntimeSpeed::measure, rows);
    measure(asked, "emulators", EmulatedSpeed::measure, rows);
    measure(asked, "cold", ColdStart::measure, rows);
    System.out.println("| what | figure | raw floor | ratio | goal |");
    System.out.println("| --- | --- | --- | --- | --- |");
    rows.forEach(System.out::println);
    System.exit(0);
  }

  private static void measure(Set<String> asked, String name, Part part, List<String> rows)
      throws Exception {
    if (!asked.contains(name)) return;
    System.err.println("measuring: " + name);
    part.measure().stream().map(Measure::row).forEach(rows::add);
  }
}
