package dev.treadle.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/**
 * When a JVM is warm: the compiler, which works beside what is measured, takes next to nothing of
 * the processor time any more.
 */
public final class Warmth {
  private static final double COMPILER_SHARE_MAX = 0.05;

  private Warmth() {}

  /** Work to warm up with. */
  @FunctionalInterface
  public interface Work {
    void once() throws InterruptedException;
  }

  /**
   * Repeats the work until the JVM is warm.
   *
   * @param most and no more often, whatever the compiler does
   */
  public static void await(int most, Work work) throws InterruptedException {
    for (int i = 0; i < most; i++) {
      long compiled = compilerMillis();
      long took = processorNanos();
      work.once();
      double tookMillis = (processorNanos() - took) / 1e6;
      if (compilerMillis() - compiled <= COMPILER_SHARE_MAX * tookMillis) return;
    }
    System.err.println("the compiler was still at work after warming up " + most + " times");
  }

  /** Of all threads of this process together. */
  public static long processorNanos() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
  }

  private static long compilerMillis() {
    return ManagementFactory.getCompilationMXBean().getTotalCompilationTime();
  }
}
