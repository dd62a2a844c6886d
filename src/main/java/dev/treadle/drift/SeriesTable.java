package dev.treadle.drift;

import dev.treadle.SeriesKey;
import dev.treadle.engine.SeriesRun;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The runs of every series, which the engine writes, and what operators said about them.
 *
 * <p>Reads are strongly consistent. Safe for several threads. Infrastructure failures are thrown.
 */
public interface SeriesTable {
  /**
   * Runs that started before a time, the newest first.
   *
   * @param most the newest of them
   */
  List<SeriesRun> runs(SeriesKey series, Instant before, int most);

  /** Adds an acknowledgement; none is ever changed or removed. */
  void acknowledge(Acknowledgement acknowledgement);

  /** All acknowledgements of a series, the newest first. */
  List<Acknowledgement> acknowledgements(SeriesKey series);

  /** Up to when the fires of a series were looked at; empty before the first look. */
  Optional<FireMark> fireMark(SeriesKey series);

  /**
   * Moves the mark of a series, unless somebody else moved it first.
   *
   * @param from the mark that was read; empty for none
   * @return false when another mark stands there; a repeated call of the same move is true
   */
  boolean move(Optional<FireMark> from, FireMark to);
}
