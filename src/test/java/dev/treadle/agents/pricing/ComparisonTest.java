package dev.treadle.agents.pricing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.agents.pricing.Change.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ComparisonTest {
  private static final LocalDate MONDAY = LocalDate.parse("2026-11-02");
  private static final LocalDate TUESDAY = MONDAY.plusDays(1);
  private static final LocalDate WEDNESDAY = MONDAY.plusDays(2);
  private static final ShopPage ALDER = new ShopPage("alder", "https://alder.example/");
  private static final ShopPage BIRCH = new ShopPage("birch", "https://birch.example/");

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "10.00, 12.00, UP",
    "10.00, 9.99, DOWN",
    "10.00, 10.00, UNCHANGED",
    "10.00, 10, UNCHANGED",
    "10.0, 10.00, UNCHANGED",
    "9.00, 10.00, UP",
    ", 10.00, NEW",
    "10.00, , GONE"
  })
  void aPriceIsComparedAsANumber(String before, String now, Kind kind) {
    Comparison comparison = compare(list(ALDER, TUESDAY, now), list(ALDER, MONDAY, before));
    assertThat(comparison.changes())
        .containsExactly(
            new Change(
                "alder",
                "Desk",
                kind,
                Optional.ofNullable(before),
                Optional.ofNullable(now),
                "EUR"));
  }

  @Test
  void aProductThatAPageWithProblemsLacksIsUnknownAndNotGone() {
    PriceList now = list(ALDER, TUESDAY, null, "no price found");
    Comparison comparison = compare(now, list(ALDER, MONDAY, "10.00"));
    assertThat(comparison.changes()).extracting(Change::kind).containsExactly(Kind.UNKNOWN);
    assertThat(comparison.problems()).containsExactly("alder: no price found");
    assertThat(comparison.unchangedSince()).isEmpty();
  }

  @Test
  void aShopWithoutAListIsNamedWithTheReasonThatIsKnown() {
    Comparison comparison =
        Comparison.of(
            TUESDAY,
            List.of(ALDER, BIRCH),
            List.of(),
            Optional.of(entry(MONDAY, list(ALDER, MONDAY, "10.00"))),
            List.of(new MissingPage("birch", "it answered 404")));
    assertThat(comparison.problems())
        .containsExactly(
            "alder: no prices today: its page could not be fetched",
            "birch: no prices today: it answered 404");
    assertThat(comparison.changes()).extracting(Change::kind).containsExactly(Kind.UNKNOWN);
    assertThat(comparison.stale()).isFalse();
  }

  @Test
  void anotherCurrencyCannotBeCompared() {
    Offer dollars = new Offer("Desk", "10.00", "USD");
    PriceList now = list(ALDER, TUESDAY, List.of(dollars), List.of());
    Comparison comparison = compare(now, list(ALDER, MONDAY, "10.00"));
    assertThat(comparison.changes()).extracting(Change::kind).containsExactly(Kind.UNKNOWN);
    assertThat(comparison.problems().getFirst()).contains("is now in USD and was in EUR");
  }

  @Test
  void noShopAtAllIsAProblem() {
    assertThat(Comparison.of(MONDAY, List.of(), List.of(), Optional.empty(), List.of()).problems())
        .hasSize(1);
  }

  @Test
  void pagesAreStaleOnlyWhenEveryOneIsTheSame() {
    PriceList alder = list(ALDER, MONDAY, "10.00");
    PriceList birch = list(BIRCH, MONDAY, "10.00");
    Optional<BookEntry> monday = Optional.of(entry(MONDAY, alder, birch));
    List<ShopPage> shops = List.of(ALDER, BIRCH);

    assertThat(Comparison.of(TUESDAY, shops, List.of(alder, birch), monday, List.of()).stale())
        .isTrue();
    assertThat(Comparison.of(TUESDAY, shops, List.of(alder), monday, List.of()).stale()).isFalse();
    List<PriceList> fresh = List.of(alder, list(BIRCH, TUESDAY, "10.00"));
    Comparison comparison = Comparison.of(TUESDAY, shops, fresh, monday, List.of());
    assertThat(comparison.stale()).isFalse();
    assertThat(comparison.unchangedSince()).contains(MONDAY);
  }

  @Test
  void theReportSaysProblemsBeforeChanges() {
    Offer lamp = new Offer("Lamp", "60.00", "EUR");
    PriceList now = list(ALDER, TUESDAY, List.of(lamp), List.of("no price found for 1 of 2"));
    Offer cheap = new Offer("Lamp", "50.00", "EUR");
    Offer desk = new Offer("Desk", "10.00", "EUR");
    PriceList before = list(ALDER, MONDAY, List.of(cheap, desk), List.of());

    Report report = Report.of(compare(now, before));

    assertThat(report.subject()).isEqualTo("Competitor prices 2026-11-03: 1 problem, 1 change");
    assertThat(report.body())
        .isEqualTo(
            """
            Competitor prices, 2026-11-03

            PROBLEMS: the prices concerned are not known today, and old ones are not repeated.
            - alder: no price found for 1 of 2

            CHANGES since the prices last known (2026-11-02 or before):
            alder  Lamp  50.00 -> 60.00 EUR (+20.0 %)

            1 product compared: 1 changed, 0 unchanged. Not known today: 1.
            """);
  }

  @Test
  void theReportSaysUnchangedPlainly() {
    Report report = Report.of(compare(list(ALDER, TUESDAY, "10.00"), list(ALDER, MONDAY, "10.00")));
    assertThat(report.subject())
        .isEqualTo("Competitor prices 2026-11-03: unchanged since 2026-11-02");
    assertThat(report.body()).contains("UNCHANGED: no price has changed since 2026-11-02.");
  }

  @Test
  void theBookRemembersSinceWhenNothingMoved() throws Exception {
    PriceBook book = new PriceBook(folder);
    assertThat(book.before(MONDAY)).isEmpty();
    book.save(MONDAY, List.of(list(ALDER, MONDAY, "10.00")));
    book.save(TUESDAY, List.of(list(ALDER, TUESDAY, "10.00")));
    assertThat(book.before(WEDNESDAY).orElseThrow().unchangedSince()).isEqualTo(MONDAY);

    book.save(WEDNESDAY, List.of(list(ALDER, WEDNESDAY, "11.00")));
    assertThat(book.find(WEDNESDAY).orElseThrow().unchangedSince()).isEqualTo(WEDNESDAY);
  }

  @Test
  void whatADayCouldNotFindIsTakenFromTheDaysBefore() throws Exception {
    PriceBook book = new PriceBook(folder);
    book.save(MONDAY, List.of(list(ALDER, MONDAY, "10.00"), list(BIRCH, MONDAY, "20.00")));
    book.save(TUESDAY, List.of(list(ALDER, TUESDAY, null, "no price found")));

    BookEntry known = book.before(WEDNESDAY).orElseThrow();
    assertThat(known.date()).isEqualTo(TUESDAY);
    assertThat(known.list("alder").orElseThrow().offers())
        .containsExactly(new Offer("Desk", "10.00", "EUR"));
    assertThat(known.list("birch")).isPresent();
  }

  @Test
  void aProductThatIsGoneStaysGone() throws Exception {
    PriceBook book = new PriceBook(folder);
    book.save(MONDAY, List.of(list(ALDER, MONDAY, "10.00")));
    book.save(TUESDAY, List.of(list(ALDER, TUESDAY, (String) null)));
    assertThat(book.before(WEDNESDAY).orElseThrow().list("alder").orElseThrow().offers()).isEmpty();
  }

  @Test
  void savingTwiceLeavesOneFileAndAWorseRunDoesNotReplaceAGoodOne() throws Exception {
    PriceBook book = new PriceBook(folder);
    List<PriceList> good = List.of(list(ALDER, MONDAY, "10.00"));
    BookEntry first = book.save(MONDAY, good);
    assertThat(book.save(MONDAY, good)).isEqualTo(first);
    assertThat(book.save(MONDAY, List.of(list(ALDER, MONDAY, null, "empty")))).isEqualTo(first);
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(folder.resolve("2026-11-02.json"));
    }
  }

  private static Comparison compare(PriceList now, PriceList before) {
    return Comparison.of(
        TUESDAY, List.of(ALDER), List.of(now), Optional.of(entry(MONDAY, before)), List.of());
  }

  private static BookEntry entry(LocalDate date, PriceList... lists) {
    return new BookEntry(date, date, List.of(lists));
  }

  private static PriceList list(ShopPage shop, LocalDate date, String price, String... problems) {
    List<Offer> offers = price == null ? List.of() : List.of(new Offer("Desk", price, "EUR"));
    return list(shop, date, offers, List.of(problems));
  }

  private static PriceList list(
      ShopPage shop, LocalDate date, List<Offer> offers, List<String> problems) {
    Instant time = date.atTime(LocalTime.of(6, 0)).toInstant(ZoneOffset.UTC);
    String sha = Integer.toHexString(date.getDayOfMonth() % 10).repeat(64);
    return new PriceList(shop.name(), shop.url(), time, sha, offers, problems);
  }
}
