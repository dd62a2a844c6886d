package dev.treadle;

/**
 * One broken rule in an input.
 *
 * @param field the field's name, or a JSON Pointer into it
 * @param rule what the field must be, in words
 */
public record Violation(String field, String rule) {
  @Override
  public String toString() {
    return field + " " + rule;
  }
}
