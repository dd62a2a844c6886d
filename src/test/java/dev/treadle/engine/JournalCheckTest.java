package dev.treadle.engine;

import static dev.treadle.engine.Script.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.Fault;
import dev.treadle.Json;
import dev.treadle.engine.Script.Move;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class JournalCheckTest {
  private static World world() {
    AtomicBoolean failed = new AtomicBoolean();
    World world =
        new World(input -> {
          if (input.iteration() == 2 && !failed.getAndSet(true)) {
            throw new Script.Broken(new Fault.Transient("429", Duration.ZERO));
          }
          return IterationsTest.looking(3).think(input);
        });
    world.play();
    return world;
  }

  private static JournalItem damaged(JournalItem item) {
    return switch (item) {
      case JournalItem.Entry e ->
          new JournalItem.Entry(
              e.schema(),
              e.taskId(),
              e.iteration(),
              e.at().plusSeconds(1),
              e.claimedAt(),
              e.attempt(),
              e.phase(),
              e.answer(),
              e.calls(),
              e.mutations(),
              e.confidence(),
              e.usage(),
              e.errors(),
              e.notices(),
              e.outcome(),
              e.checkpoint(),
              e.output(),
              e.contextSummary(),
              e.previous());
      case JournalItem.Note n ->
          new JournalItem.Note(
              n.schema(),
              n.taskId(),
              n.iteration(),
              n.version(),
              n.at(),
              n.event(),
              "mallory",
              n.text(),
              n.previous());
      case JournalItem.Answer _, JournalItem.Snapshot _ -> throw new AssertionError(item);
    };
  }

  @Test
  void anUntouchedJournalIsIntact() {
    World world = world();

    assertThat(JournalCheck.of(world.task(), world.journal())).isEqualTo(new JournalCheck.Intact());
    assertThat(world.journal()).hasAtLeastOneElementOfType(JournalItem.Note.class);
  }

  @Test
  void aDamagedEntryOrNoteIsFound() {
    World world = world();
    List<JournalItem> journal = world.journal();
    for (int i = 0; i < journal.size(); i++) {
      JournalItem item = journal.get(i);
      if (item instanceof JournalItem.Snapshot || item instanceof JournalItem.Answer) continue;
      List<JournalItem> changed = new ArrayList<>(journal);
      changed.set(i, damaged(item));

      assertThat(JournalCheck.of(world.task(), changed))
          .isEqualTo(new JournalCheck.BrokenAt(item.sortKey()));
    }
  }

  @Test
  void aMissingEntryIsFound() {
    World world = world();
    for (JournalItem.Entry missing : world.entries()) {
      List<JournalItem> rest = new ArrayList<>(world.journal());
      rest.remove(missing);

      assertThat(JournalCheck.of(world.task(), rest)).isInstanceOf(JournalCheck.BrokenAt.class);
    }
  }

  @Test
  void numbersKeepTheirHashOnTheirWayThroughTheTable() {
    World world =
        new World(
            Script.moves(
                Move.of(call("c1", "look", "a"))
                    .noting(
                        Json.object()
                            .put("double", 1.0)
                            .put("big", 100_000_000.0)
                            .put("long", 7L)
                            .put("float", 0.1f)
                            .put("tiny", 1e-9)
                            .putNull("gone")),
                Move.complete()));

    assertThat(JournalCheck.of(world.play(), world.journal())).isEqualTo(new JournalCheck.Intact());
  }
}
