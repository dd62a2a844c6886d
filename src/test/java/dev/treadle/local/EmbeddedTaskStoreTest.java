package dev.treadle.local;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.Json;
import dev.treadle.TaskId;
import dev.treadle.engine.Stored;
import dev.treadle.engine.TaskStore;
import dev.treadle.engine.TaskStoreContract;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** The embedded table keeps the contract, in memory and in a file. */
class EmbeddedTaskStoreTest {
  @Nested
  class InMemory extends OnRecords {
    @Override
    Records openRecords() {
      return new MapRecords();
    }
  }

  @Nested
  class InAFile extends OnRecords {
    @TempDir Path folder;

    @Override
    Records openRecords() {
      return FileRecords.open(folder.resolve("treadle.mv"));
    }
  }

  abstract static class OnRecords extends TaskStoreContract {
    private Records records = new MapRecords();

    abstract Records openRecords();

    @Override
    protected TaskStore open() {
      records = openRecords();
      return new EmbeddedTaskStore(records);
    }

    @AfterEach
    void closeRecords() {
      records.close();
    }

    @Override
    protected String rawHead(TaskId id) {
      return records.transact(transaction -> transaction.get(TaskKeys.head(id))).orElseThrow();
    }

    @Override
    protected void markWritten(TaskId id, int schema) {
      ObjectNode head = (ObjectNode) Stored.tree(rawHead(id));
      head.put("schema", schema).put("from_tomorrow", "kept");
      records.transact(transaction -> {
        transaction.put(TaskKeys.head(id), Json.write(head));
        return true;
      });
    }
  }
}
