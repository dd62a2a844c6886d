package dev.treadle.approval;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.TaskId;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What every store of links promises. */
public abstract class LinkStoreContract {
  private static final TaskId TASK = new TaskId("t-1");
  private static final Instant NOW = Instant.parse("2026-03-02T09:00:00Z");

  /** An empty store. */
  protected abstract LinkStore open();

  private static StoredLink link(TaskId task, String question, String who, int seconds) {
    String digest = "d".repeat(64);
    Link made = new Link(task, question, who, digest, who + " of " + question);
    return StoredLink.of(made, NOW.plusSeconds(seconds));
  }

  @Test
  void linksComeBackAsTheyWereKeptTheOldestFirst() {
    LinkStore store = open();
    StoredLink later = link(TASK, "a-1", "ann", 9);
    StoredLink first = link(TASK, "a-1", "bob", 1);
    store.keep(later);
    store.keep(first);

    assertThat(store.of(TASK, "a-1")).containsExactly(first, later);
  }

  @Test
  void aLinkThatIsKeptTwiceIsThereOnceAsItWas() {
    LinkStore store = open();
    StoredLink kept = link(TASK, "a-1", "ann", 0);
    store.keep(kept);
    store.keep(link(TASK, "a-1", "ann", 500));
    store.keep(kept);

    assertThat(store.of(TASK, "a-1"))
        .singleElement()
        .extracting(StoredLink::approver)
        .isEqualTo("ann");
  }

  @Test
  void linksToOtherQuestionsAndOfOtherTasksAreNotAmongThem() {
    LinkStore store = open();
    TaskId other = new TaskId("t-11");
    store.keep(link(TASK, "a-1", "ann", 0));
    store.keep(link(TASK, "a-11", "ann", 1));
    store.keep(link(TASK, "a-", "ann", 2));
    store.keep(link(other, "a-1", "bob", 3));

    assertThat(store.of(TASK, "a-1")).containsExactly(link(TASK, "a-1", "ann", 0));
    assertThat(store.of(other, "a-1")).containsExactly(link(other, "a-1", "bob", 3));
    assertThat(store.of(TASK, "a")).isEmpty();
    assertThat(store.of(new TaskId("t"), "a-1")).isEmpty();
  }
}
