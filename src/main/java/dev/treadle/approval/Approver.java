package dev.treadle.approval;

/**
 * A person who may be asked.
 *
 * @param id names the person in decisions and in the journal, as in {@code ann}; one person has one
 * @param name as pages and mails show it
 * @param address where questions go
 */
public record Approver(String id, String name, String address) {
  private static final int CHARS_MAX = 200;

  public Approver {
    require("id", id);
    require("name", name);
    require("address", address);
  }

  private static void require(String field, String value) {
    if (value.isBlank() || value.length() > CHARS_MAX) {
      throw new IllegalArgumentException(
          "approver: %s must be 1 to %d characters, was \"%s\"".formatted(field, CHARS_MAX, value));
    }
  }
}
