package dev.treadle.agents.pricing;

import dev.treadle.Json;
import dev.treadle.tool.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A folder with the prices of each day, {@code <date>.json}, that a person may read and delete.
 *
 * <p>A file appears whole or not at all. Saving the same lists twice leaves the same file. One
 * process writes at a time.
 */
public final class PriceBook {
  /** A shop that had problems for longer than this starts afresh. */
  public static final int DAYS_LOOKED_BACK_MAX = 30;

  private static final String FILE_NAME = "\\d{4}-\\d{2}-\\d{2}\\.json";
  private final Path folder;

  /** A book in a folder, which is created when needed. */
  public PriceBook(Path folder) {
    this.folder = folder;
  }

  public synchronized Optional<BookEntry> find(LocalDate date) throws IOException {
    Path file = file(date);
    return Files.exists(file) ? Optional.of(read(file)) : Optional.empty();
  }

  /**
   * What was last known before a day: the newest entry, with the offers that it could not find
   * taken from the entries before it, shop by shop, back to the last list without problems.
   */
  public synchronized Optional<BookEntry> before(LocalDate date) throws IOException {
    List<BookEntry> newestFirst = entriesBefore(date);
    if (newestFirst.isEmpty()) return Optional.empty();
    Map<String, PriceList> known = new LinkedHashMap<>();
    for (BookEntry entry : newestFirst) {
      for (PriceList list : entry.lists()) {
        known.merge(list.shop(), list, PriceBook::fillGaps);
      }
    }
    BookEntry newest = newestFirst.getFirst();
    return Optional.of(
        new BookEntry(newest.date(), newest.unchangedSince(), List.copyOf(known.values())));
  }

  /** Writes the entry of a day; see {@link #merged} for a day that has one already. */
  public synchronized BookEntry save(LocalDate date, List<PriceList> lists) throws IOException {
    List<PriceList> all = merged(date, lists);
    Optional<BookEntry> before = before(date);
    Comparison comparison = Comparison.of(date, List.of(), all, before, List.of());
    LocalDate unchangedSince =
        comparison.isMoved() ? date : before.map(BookEntry::unchangedSince).orElse(date);
    BookEntry entry = new BookEntry(date, unchangedSince, all);
    if (!find(date).equals(Optional.of(entry))) write(entry);
    return entry;
  }

  /** Whether saving these lists would change nothing. */
  public synchronized boolean holds(LocalDate date, List<PriceList> lists) throws IOException {
    return merged(date, lists).equals(find(date).map(BookEntry::lists).orElse(List.of()));
  }

  /** A later run of the same day replaces a shop's list, but never a good one by a worse one. */
  private List<PriceList> merged(LocalDate date, List<PriceList> lists) throws IOException {
    Map<String, PriceList> byShop = new LinkedHashMap<>();
    find(date).ifPresent(entry -> entry.lists().forEach(list -> byShop.put(list.shop(), list)));
    for (PriceList list : lists) {
      byShop.merge(
          list.shop(),
          list,
          (old, late) -> old.problems().isEmpty() && !late.problems().isEmpty() ? old : late);
    }
    return List.copyOf(byShop.values());
  }

  private static PriceList fillGaps(PriceList known, PriceList older) {
    if (known.problems().isEmpty()) return known;
    List<Offer> offers = new ArrayList<>(known.offers());
    older.offers().stream()
        .filter(offer -> known.offer(offer.product()).isEmpty())
        .forEach(offers::add);
    return new PriceList(
        known.shop(),
        known.url(),
        known.fetchedAt(),
        known.pageSha256(),
        offers,
        older.problems().isEmpty() ? List.of() : known.problems());
  }

  private List<BookEntry> entriesBefore(LocalDate date) throws IOException {
    if (!Files.isDirectory(folder)) return List.of();
    List<Path> newestFirst;
    try (Stream<Path> files = Files.list(folder)) {
      newestFirst =
          files
              .filter(file -> file.getFileName().toString().matches(FILE_NAME))
              .filter(file -> file.compareTo(file(date)) < 0)
              .sorted(Comparator.reverseOrder())
              .limit(DAYS_LOOKED_BACK_MAX)
              .toList();
    }
    List<BookEntry> entries = new ArrayList<>();
    for (Path file : newestFirst) {
      entries.add(read(file));
    }
    return entries;
  }

  private static BookEntry read(Path file) throws IOException {
    return Json.read(Files.readString(file), BookEntry.class);
  }

  private void write(BookEntry entry) throws IOException {
    WholeFile.write(file(entry.date()), Json.pretty(entry));
  }

  private Path file(LocalDate date) {
    return folder.resolve(date + ".json");
  }
}
