package dev.treadle.engine;

import java.time.Duration;

/** The numbers of the protocol that are not an agent's own, each with its reason. */
public final class Defaults {
  /** Ends a runaway step long before it costs more than the model call did. */
  public static final Duration FUNCTION_TIMEOUT = Duration.ofMinutes(2);

  /** Function timeout plus clock skew: when it ends, Lambda has surely killed the worker. */
  public static final Duration LEASE = Duration.ofSeconds(150);

  /** Six times the function timeout, as AWS asks for SQS event sources. */
  public static final Duration VISIBILITY = Duration.ofMinutes(12);

  /** A message younger than this may still be in flight, so nobody sends it again. */
  public static final Duration HEAL_GRACE = Duration.ofSeconds(30);

  /** No link is needed longer: a question of 60 days that is extended ten times ends before. */
  public static final Duration LINK_KEPT = Duration.ofDays(730);

  /** So long after a question the watchdog looks whether anybody has heard of it. */
  public static final Duration NOTIFY_CHECK = Duration.ofMinutes(1);

  /** After a person's no the same action is not asked again for so long: it would be a wheedle. */
  public static final Duration REJECTION_STANDS = Duration.ofMinutes(30);

  /** Of a gated action: people read it, and it shares one item with the rest of the question. */
  public static final int ASKED_ARGUMENTS_BYTES_MAX = 128 * 1024;

  /** An approver reads no more of what a task read before. */
  public static final int EVIDENCE_MAX = 12;

  public static final int EVIDENCE_EXCERPT_CHARS_MAX = 300;

  /** Room for the claim and the reading before the first call of a step. */
  public static final Duration CLAIM_MARGIN = Duration.ofSeconds(5);

  /** Room for the commit and the enqueue before the function's time is over. */
  public static final Duration COMMIT_MARGIN = Duration.ofSeconds(5);

  public static final Duration BACKOFF_BASE = Duration.ofSeconds(1);
  public static final Duration BACKOFF_CAP = Duration.ofMinutes(5);

  /** As long as the latest deadline: a longer wish is the same, but no date can hold it. */
  public static final Duration RETRY_AFTER_MAX = Duration.ofDays(366);

  /** SQS keeps a message back no longer; longer waits are the watchdog's. */
  public static final Duration QUEUE_DELAY_MAX = Duration.ofMinutes(15);

  /** SQS lets a message stay hidden no longer. */
  public static final Duration HIDE_MAX = Duration.ofHours(12);

  /** Between two sends of the same message: what a lost one may cost, whatever came before. */
  public static final Duration RESEND_PAUSE = LEASE;

  /** Spreads the index that the watchdog reads over as many partitions. */
  public static final int SHARDS = 16;

  /** Reading a task stays cheap: never more than this many entries behind a snapshot. */
  public static final int ENTRIES_PER_SNAPSHOT = 20;

  public static final int CHARS_PER_SNAPSHOT = 64 * 1024;

  /** A payload above this belongs in a bucket, with a reference in the payload. */
  public static final int INPUT_BYTES_MAX = 256 * 1024;

  /** A model reads no longer tool output; the journal keeps its length and digest. */
  public static final int TOOL_OUTPUT_CHARS_MAX = 64 * 1024;

  /** A row of the ledger is one item of the table, even if nothing of it can be compressed. */
  public static final int ROW_BYTES_MAX = 290 * 1024;

  /** Arguments of an action: what is left of its row takes the outcome. */
  public static final int ACTION_ARGUMENTS_BYTES_MAX = 260 * 1024;

  /** An output that does not fit beside large arguments; a character takes at most six bytes. */
  public static final int CROWDED_OUTPUT_CHARS_MAX = 4 * 1024;

  /** All outputs of one step together: an entry fits its transaction even if each is escaped. */
  public static final int STEP_OUTPUT_CHARS_MAX = 256 * 1024;

  /** Entry and snapshot share one transaction, and DynamoDB takes at most 4 MB in one. */
  public static final int ENTRY_CHARS_MAX = 1024 * 1024;

  public static final int SNAPSHOT_CHARS_MAX = 2 * 1024 * 1024;

  /** Tool output in one step above this is expensive to get again. */
  public static final int EXPENSIVE_OUTPUT_TOKENS = 1_000;

  /** A model call above this is expensive to ask again. */
  public static final int EXPENSIVE_MODEL_TOKENS = 10_000;

  private Defaults() {}
}
