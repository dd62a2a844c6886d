package dev.treadle.local;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** One of the invented shops of the local shop site, and what its products cost on a day. */
enum Competitor {
  ALDER("Alder & Daughters", "Desks and chairs since 1974", 100, 1),
  BIRCH("Birch Home", "Plain furniture, fair prices", 94, 2),
  CEDAR("Cedar Supply", "Everything for the office", 107, 4);

  static final List<Product> PRODUCTS =
      List.of(
          new Product("Oak desk 140 cm", "Solid top, steel legs", 429_00),
          new Product("Mesh task chair", "Height and back adjustable", 219_00),
          new Product("Standing desk frame", "Two motors, four heights kept", 349_00),
          new Product("LED desk lamp", "Dimmable, warm to cold", 49_90),
          new Product("Steel filing cabinet", "Three drawers, two keys", 139_00));

  // A price holds for this many days, so that about one in five changes from one day to the next.
  private static final int DAYS_A_PRICE_HOLDS = 5;
  // The steps that a price goes through, in percent; neighbours differ, so a step is a change.
  private static final int[] STEPS = {0, 3, -2, 5, 1, -4, 2};

  final String title;
  final String motto;
  private final int level;
  private final int offset;

  /** Something that all shops sell. */
  record Product(String name, String text, int cents) {}

  Competitor(String title, String motto, int level, int offset) {
    this.title = title;
    this.motto = motto;
    this.level = level;
    this.offset = offset;
  }

  static Optional<Competitor> named(String path) {
    return Arrays.stream(values()).filter(shop -> shop.path().equals(path)).findFirst();
  }

  String path() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The price of a product on a day, with two decimals. */
  BigDecimal price(Product product, LocalDate day) {
    int index = PRODUCTS.indexOf(product);
    long period = Math.floorDiv(day.toEpochDay() + index + offset, (long) DAYS_A_PRICE_HOLDS);
    int step = STEPS[Math.floorMod(period + index * 3L + offset, STEPS.length)];
    long cents = (long) product.cents() * level * (100 + step) / 10_000;
    // Ten-cent prices, as on a price tag.
    return BigDecimal.valueOf(cents / 10 * 10, 2);
  }
}
