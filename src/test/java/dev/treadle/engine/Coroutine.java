package dev.treadle.engine;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Code that stops in the middle and goes on later. It and its driver never run at the same time, so
 * that a world of any number of them has one order of events.
 */
final class Coroutine {
  private final Thread thread;
  private @Nullable Thread driver;
  private volatile boolean isItsTurn;
  private boolean killed;
  private boolean over;
  private @Nullable Throwable thrown;

  Coroutine(Runnable body) {
    thread = Thread.ofVirtual().unstarted(() -> run(body));
  }

  private void run(Runnable body) {
    try {
      body.run();
    } catch (Throwable whatever) { // It belongs to the driver, which looks at it.
      thrown = whatever;
    }
    over = true;
    isItsTurn = false;
    LockSupport.unpark(driver);
  }

  /** For the driver: lets it run until it pauses or is over. */
  void resume() {
    driver = Thread.currentThread();
    isItsTurn = true;
    if (thread.getState() == Thread.State.NEW) thread.start();
    else LockSupport.unpark(thread);
    while (isItsTurn) LockSupport.park(this);
  }

  /** For its own code: hands over to the driver. */
  void pause() {
    isItsTurn = false;
    LockSupport.unpark(driver);
    while (!isItsTurn) LockSupport.park(this);
    if (killed) throw new Faults.Crash("a pause");
  }

  /** For the driver: ends it where it paused. */
  void kill() {
    if (over) return;
    killed = true;
    resume();
  }

  boolean isOver() {
    return over;
  }

  /** What it threw, once it is over. */
  @Nullable Throwable thrown() {
    return thrown;
  }
}
