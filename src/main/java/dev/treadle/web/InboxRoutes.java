package dev.treadle.web;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.Json;
import dev.treadle.approval.ApprovalDesk;
import dev.treadle.approval.Inbox;
import dev.treadle.approval.Names;
import dev.treadle.engine.Approval;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A person's requests, for somebody whom the entrance has identified. */
final class InboxRoutes {
  private static final List<String> EMPTY =
      List.of(
          "Requests come here when an agent wants to do something that its gate leaves to a person.",
          "You also get a message for each, with a link to it.");
  private static final int ROWS_MAX = 100;
  private static final int LAST_MAX = 5;
  private static final String FIND = "q";
  private final ApprovalDesk desk;
  private final Pages pages;
  private final InstantSource clock;

  InboxRoutes(ApprovalDesk desk, Pages pages, InstantSource clock) {
    this.desk = desk;
    this.pages = pages;
    this.clock = clock;
  }

  /** The lists of an inbox, by the word in the address. */
  private enum Tab {
    WAITING("waiting", "Waiting for me"),
    OTHERS("others", "Waiting for others"),
    DECIDED("decided", "Decided");

    private final String word;
    private final String title;

    Tab(String word, String title) {
      this.word = word;
      this.title = title;
    }

    static Optional<Tab> of(String word) {
      for (Tab tab : values()) if (tab.word.equals(word)) return Optional.of(tab);
      return Optional.empty();
    }

    List<Inbox.Row> rows(Inbox inbox) {
      return switch (this) {
        case WAITING -> sorted(inbox.forMe());
        case OTHERS -> sorted(inbox.forOthers());
        case DECIDED -> inbox.decided();
      };
    }

    private static List<Inbox.Row> sorted(List<Inbox.Row> rows) {
      return rows.stream()
          .sorted(Comparator.comparing((Inbox.Row row) -> row.approval().expiresAt()))
          .toList();
    }
  }

  /** What narrows a list: the address's word, its label, and what a row says for it. */
  private enum Narrowing {
    AGENT("agent", "Agent"),
    TOOL("tool", "Tool"),
    SEVERITY("severity", "Severity"),
    ENDED("ended", "Ended");

    private final String word;
    private final String label;

    Narrowing(String word, String label) {
      this.word = word;
      this.label = label;
    }

    String of(Inbox.Row row) {
      Approval approval = row.approval();
      return switch (this) {
        case AGENT -> approval.source().agent();
        case TOOL -> approval.tool();
        case SEVERITY -> word(approval.grounds().severity());
        case ENDED -> word(approval.state());
      };
    }

    private static String word(Enum<?> value) {
      return value.name().toLowerCase(Locale.ROOT);
    }

    boolean admits(Inbox.Row row, Map<String, String> query) {
      String wanted = query.getOrDefault(word, "");
      return wanted.isEmpty() || wanted.equals(of(row));
    }
  }

  List<Route> routes() {
    return List.of(
        Route.of("GET", "/inbox", (request, _) -> page(request)),
        Route.of("GET", "/api/approvals", (request, _) -> list(request)));
  }

  private Response page(Request request) {
    Optional<Inbox> inbox = request.sender().person().flatMap(desk::inbox);
    if (inbox.isEmpty()) {
      String fragment = pages.message(SIGN_IN.title(), SIGN_IN.detail());
      return Response.html(401, pages.page(SIGN_IN.title(), fragment));
    }
    return shown(inbox.get(), request.query());
  }

  Response shown(Inbox inbox, Map<String, String> query) {
    Tab tab = Tab.of(query.getOrDefault("state", "")).orElse(Tab.WAITING);
    String title = "%s (%d)".formatted(tab.title, tab.rows(inbox).size());
    return Response.html(200, pages.page(title, pages.inbox(page(inbox, tab, query))));
  }

  private InboxPage page(Inbox inbox, Tab current, Map<String, String> query) {
    List<InboxPage.Tab> tabs = new ArrayList<>();
    for (Tab tab : Tab.values()) {
      tabs.add(
          new InboxPage.Tab(tab.title, tab.rows(inbox).size(), href(tab, query), tab == current));
    }
    Instant now = clock.instant();
    List<Inbox.Row> all = current.rows(inbox);
    boolean isNothingDue = current == Tab.WAITING && all.isEmpty();
    return new InboxPage(
        Legible.plain(inbox.person().name()),
        current.word,
        tabs,
        Legible.plain(query.getOrDefault(FIND, "")),
        filters(all, query),
        rows(narrowed(all, query), ROWS_MAX, inbox.names(), now),
        all.isEmpty() ? EMPTY : List.of("No request fits these filters."),
        isNothingDue ? rows(inbox.decided(), LAST_MAX, inbox.names(), now) : List.of(),
        inbox.cut() || all.size() > ROWS_MAX);
  }

  private static List<Inbox.Row> narrowed(List<Inbox.Row> rows, Map<String, String> query) {
    return rows.stream()
        .filter(row -> List.of(Narrowing.values()).stream().allMatch(by -> by.admits(row, query)))
        .filter(row -> holds(row.approval(), query.getOrDefault(FIND, "")))
        .toList();
  }

  private static boolean holds(Approval approval, String words) {
    String text =
        String.join(
            "\n",
            approval.action().title(),
            approval.source().agent(),
            approval.tool(),
            approval.id());
    return text.toLowerCase(Locale.ROOT).contains(words.strip().toLowerCase(Locale.ROOT));
  }

  private static List<InboxPage.Filter> filters(List<Inbox.Row> rows, Map<String, String> query) {
    List<InboxPage.Filter> filters = new ArrayList<>();
    for (Narrowing by : Narrowing.values()) {
      String wanted = query.getOrDefault(by.word, "");
      List<InboxPage.Option> options =
          rows.stream()
              .map(by::of)
              .distinct()
              .sorted()
              .map(value -> new InboxPage.Option(value, value.equals(wanted)))
              .toList();
      if (options.size() > 1 || !wanted.isEmpty()) {
        filters.add(new InboxPage.Filter(by.word, by.label, options));
      }
    }
    return filters;
  }

  private static List<InboxPage.Row> rows(
      List<Inbox.Row> rows, int most, Names names, Instant now) {
    return rows.stream().limit(most).map(row -> row(row, names, now)).toList();
  }

  private static String href(Tab tab, Map<String, String> query) {
    StringBuilder href = new StringBuilder("/inbox?state=" + tab.word);
    Stream<String> kept =
        Stream.concat(
            Stream.of(FIND),
            Stream.of(Narrowing.values()).filter(by -> by != Narrowing.ENDED).map(by -> by.word));
    kept.filter(word -> !query.getOrDefault(word, "").isEmpty())
        .forEach(word ->
            href.append('&')
                .append(word)
                .append('=')
                .append(URLEncoder.encode(query.get(word), StandardCharsets.UTF_8)));
    return href.toString();
  }

  private static InboxPage.Row row(Inbox.Row row, Names names, Instant now) {
    Approval approval = row.approval();
    int needed = approval.terms().quorum().needed();
    return new InboxPage.Row(
        "/approvals/" + approval.id() + "?task=" + approval.taskId().value(),
        SheetWriter.weight(approval.grounds().severity()),
        Legible.brief(approval.action().title()),
        Legible.plain(approval.source().agent() + " · " + approval.tool()),
        Times.span(Duration.between(approval.timing().createdAt(), now)) + " old",
        end(approval, names, now),
        needed > 1 ? "%d of %d".formatted(row.votes(), needed) : "",
        result(row));
  }

  /** What came of it, of an action that might have run. */
  private static String result(Inbox.Row row) {
    if (row.approval().state() != Approval.State.APPROVED) return "";
    return switch (row.result().state()) {
      case NOT_STARTED -> "not run yet";
      case RUNNING -> "running";
      case SUCCEEDED -> "done";
      case FAILED -> "the action failed";
      case UNKNOWN -> "outcome unknown";
    };
  }

  private static String end(Approval approval, Names names, Instant now) {
    return switch (approval.state()) {
      case OPEN -> {
        String left = Times.left(now, approval.expiresAt());
        yield left.isEmpty() ? "time is over" : left + " left";
      }
      case PARKED -> "parked until somebody gives it time";
      case APPROVED -> "approved" + by(approval, names);
      case REJECTED -> "rejected" + by(approval, names);
      case EXPIRED -> "expired " + Times.of(approval.expiresAt());
      case SUPERSEDED -> "superseded";
      case VOID -> "void";
    };
  }

  private static String by(Approval approval, Names names) {
    Approval.Closing closing = approval.closing();
    if (closing == null) return "";
    Duration took = Duration.between(approval.timing().createdAt(), closing.at());
    return " by " + Legible.plain(names.of(closing.by())) + " after " + Times.span(took);
  }

  private Response list(Request request) {
    Optional<Inbox> inbox = request.sender().person().flatMap(desk::inbox);
    if (inbox.isEmpty()) return SIGN_IN.response();
    Optional<Tab> tab = Tab.of(request.query().getOrDefault("state", Tab.WAITING.word));
    if (tab.isEmpty()) return BAD_STATE.response();
    ObjectNode document = Json.object().put("cut", inbox.get().cut());
    ArrayNode rows = document.putArray("approvals");
    for (Inbox.Row row : narrowed(tab.get().rows(inbox.get()), request.query())) {
      Approval approval = row.approval();
      ObjectNode one = rows.addObject();
      one.put("approval_id", approval.id())
          .put("task_id", approval.taskId().value())
          .put("title", approval.action().title())
          .put("agent", approval.source().agent())
          .put("tool", approval.tool())
          .put("severity", approval.grounds().severity().name())
          .put("state", approval.state().name())
          .put("created_at", approval.timing().createdAt().toString())
          .put("expires_at", approval.expiresAt().toString())
          .put("votes", row.votes())
          .put("votes_needed", approval.terms().quorum().needed())
          .put("result", row.result().state().name());
      Approval.Closing closing = approval.closing();
      if (closing == null) continue;
      one.put("decided_by", closing.by())
          .put("decided_by_name", inbox.get().names().of(closing.by()))
          .put("decided_at", closing.at().toString());
    }
    return Response.json(200, Json.write(document));
  }

  private static final Problem SIGN_IN =
      Problem.of(
          401,
          "SIGN_IN",
          "The inbox is for people who signed in",
          "A single request needs no sign-in: open the link from its message.");
  private static final Problem BAD_STATE =
      Problem.of(400, "INVALID", "Nothing to list", "state must be waiting, others or decided.");
}
