package dev.treadle.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.CanonicalJson;
import dev.treadle.Json;
import dev.treadle.local.Records;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * What two moments of a world without anybody at work must share to have the same futures: the
 * table, the queue and the outside, with times as seen from now, and names that chance gave by the
 * order in which they appear.
 *
 * <p>Left out is what nothing ever decides by: versions and hashes, which {@link World#check}
 * compares at each step; when something that is over happened; notes of retries; and the deadline,
 * which is a day away. {@link SmallScopeTest} shows that nothing else is missing.
 */
final class Likeness {
  private static final Pattern TIME =
      Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z");
  private static final Set<String> TOLD_ONLY =
      Set.of(JournalItem.Note.RETRIED, JournalItem.Note.SUSPENDED);

  private final Instant now;
  private final Map<String, String> names = new LinkedHashMap<>();
  private final StringBuilder text = new StringBuilder();

  private Likeness(Instant now) {
    this.now = now;
  }

  /** A digest of 32 characters. */
  static String of(World.Moment moment) {
    Likeness likeness = new Likeness(moment.now());
    // The index of due tasks rounds to minutes.
    likeness.text.append(moment.now().toEpochMilli() % 60_000);
    likeness.text.append(' ').append(moment.microsSpent());
    moment.effects().forEach(each -> likeness.text.append('\n').append(each.key()));
    moment.table().forEach(likeness::stored);
    moment.queue().forEach(likeness::queued);
    return CanonicalJson.sha256(likeness.text.toString()).substring(0, 32);
  }

  private void stored(Records.Row row) {
    String key = row.key();
    // The indexes follow the heads, and the input never changes.
    if (!key.startsWith("TASK#") && !key.startsWith("DECISION#")) return;
    if (key.endsWith("/INPUT")) return;
    ObjectNode document = (ObjectNode) Stored.tree(row.text());
    if (key.endsWith("/HEAD")) add("head", head(document));
    else if (key.contains("/LOG#")) item(document);
    else if (key.contains("/ACTION#")) add("row", row(document));
    else if (key.contains("/APPROVAL#")) add("approval", approval(document));
    else if (key.startsWith("DECISION#")) add("decision", only(document, "approval_id", "choice"));
    else throw new AssertionError("what is this: " + key);
  }

  private ObjectNode head(ObjectNode head) {
    head.remove(List.of("version", "since", "origin"));
    ((ObjectNode) head.get("progress")).remove("entries_hash");
    ((ObjectNode) head.get("funds")).remove("deadline");
    rename(head.path("lease"), "token");
    return head;
  }

  private void item(ObjectNode item) {
    item.remove(List.of("at", "attempt", "previous", "version"));
    if (TOLD_ONLY.contains(item.path("event").asText())) return;
    if (item.has("event")) item.remove("text");
    add("item", item);
  }

  private ObjectNode row(ObjectNode row) {
    boolean isOver = Set.of("SUCCEEDED", "FAILED").contains(row.path("state").asText());
    if (isOver) row.remove(List.of("started_by", "started_at", "settled_after"));
    rename(row, "started_by");
    return row;
  }

  private static ObjectNode approval(ObjectNode approval) {
    boolean isOver = approval.has("closing");
    return isOver ? only(approval, "id", "state") : approval;
  }

  private void queued(Records.Row row) {
    if (!row.key().startsWith("QUEUE#MESSAGE/")) return;
    ObjectNode message = (ObjectNode) Stored.tree(row.text());
    rename(message, "id");
    add("message", message);
  }

  private static ObjectNode only(ObjectNode document, String... fields) {
    return document.retain(fields);
  }

  private void rename(JsonNode owner, String field) {
    if (!owner.has(field)) return;
    String name = names.computeIfAbsent(owner.get(field).asText(), _ -> "name " + names.size());
    ((ObjectNode) owner).put(field, name);
  }

  private String asSeenFromNow(MatchResult time) {
    return Duration.between(now, Instant.parse(time.group())).toMillis() + " ms";
  }

  private void add(String what, ObjectNode document) {
    text.append('\n').append(what).append(' ');
    text.append(TIME.matcher(Json.write(document)).replaceAll(this::asSeenFromNow));
  }
}
