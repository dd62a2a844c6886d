package dev.treadle.aws;

import java.io.IOException;
import java.util.Arrays;

/**
 * Runs an emulator's main class in a process of its own, and ends with the process that started it:
 * its end of standard input closes even when it is killed.
 */
public final class EmulatorMain {
  private EmulatorMain() {}

  /** The first argument names the main class, the others are its own. */
  public static void main(String[] arguments) throws ReflectiveOperationException {
    Thread.ofPlatform().daemon().start(EmulatorMain::endWithParent);
    Class.forName(arguments[0])
        .getMethod("main", String[].class)
        .invoke(null, (Object) Arrays.copyOfRange(arguments, 1, arguments.length));
  }

  private static void endWithParent() {
    try {
      while (System.in.read() >= 0) {
        // Nobody writes; only the end matters.
      }
    } catch (IOException closed) {
      // As good as the end.
    }
    Runtime.getRuntime().halt(0);
  }
}
