package dev.treadle.local;

import dev.treadle.engine.SeriesTableContract;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** The embedded series keep the contract, in a file. */
class EmbeddedSeriesTableTest extends SeriesTableContract {
  @TempDir Path folder;
  private Records records = new MapRecords();

  @Override
  protected Both open() {
    records = FileRecords.open(folder.resolve("treadle.mv"));
    return new Both(new EmbeddedTaskStore(records), new EmbeddedSeriesTable(records));
  }

  @AfterEach
  void closeRecords() {
    records.close();
  }
}
