package dev.treadle;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A result and what it was made from, small enough to keep for every run: no texts, but enough to
 * say what is the same, what is empty and what is new.
 *
 * @param digest SHA-256 of the result without its noise
 * @param sketch for the similarity to another run
 * @param chars length of the result as text
 * @param items elements of all lists in the result
 * @param fields of the result, in the order of their paths
 * @param sources what the task read, in the order it was read
 */
public record Fingerprint(
    String digest, String sketch, int chars, int items, List<Field> fields, List<Source> sources) {
  /**
   * A field, or the same field of all elements of a list.
   *
   * @param path names from the outside in, {@code []} for the elements of a list
   * @param digest of all its values without their noise
   * @param filled how many of its values are not empty
   * @param total how many values it has
   * @param sample the beginning of the first value that is not empty
   */
  public record Field(String path, String digest, int filled, int total, String sample) {
    @JsonIgnore
    public boolean isEmpty() {
      return filled == 0;
    }
  }

  /**
   * Something that was read.
   *
   * @param name the tool and what it read
   * @param url where it came from, if the tool said so
   * @param digest of the text without its noise
   * @param fetchedAt when the task read it
   * @param freshness how new it is, as it says itself
   * @param empty it held nothing, or could not be read
   */
  public record Source(
      String name,
      @Nullable String url,
      String digest,
      Instant fetchedAt,
      @Nullable String freshness,
      boolean empty,
      List<Field> fields) {
    public Source {
      fields = List.copyOf(fields);
    }
  }

  public Fingerprint {
    fields = List.copyOf(fields);
    sources = List.copyOf(sources);
  }

  public int emptyFields() {
    return (int) fields.stream().filter(Field::isEmpty).count();
  }
}
