package dev.treadle.engine;

import java.util.function.Supplier;

/** The border between code under test and its world: every call may go wrong here. */
interface Io {
  <T> T io(String where, Supplier<T> call);
}
