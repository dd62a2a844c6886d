package dev.treadle.drift;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * MinHash over the runs of three words of a text: 128 minima of 16 bits, from which two texts'
 * Jaccard similarity follows to about 0.05 without either text.
 */
final class Sketch {
  private static final int SIZE = 128;
  private static final int SHINGLE_WORDS = 3;

  /** A longer text is judged by its beginning: each word costs {@value #SIZE} hashes. */
  private static final int WORDS_MAX = 10_000;

  private static final Pattern BETWEEN_WORDS = Pattern.compile("[^\\p{L}\\p{N}]+");
  private static final double CHANCE = 1.0 / (1 << Character.SIZE);

  /** In the order of the hash functions. */
  private final char[] minima;

  private Sketch(char[] minima) {
    this.minima = minima;
  }

  /** The sketch of a text without its noise. */
  static Sketch of(String text) {
    String[] words =
        BETWEEN_WORDS
            .splitAsStream(text.toLowerCase(Locale.ROOT))
            .filter(word -> !word.isEmpty())
            .limit(WORDS_MAX)
            .toArray(String[]::new);
    long[] least = new long[SIZE];
    Arrays.fill(least, -1L);
    int shingles = Math.max(1, words.length - SHINGLE_WORDS + 1);
    for (int i = 0; i < shingles; i++) {
      long hash = hash(words, i, Math.min(words.length, i + SHINGLE_WORDS));
      for (int k = 0; k < SIZE; k++) {
        long mixed = mixed(hash ^ mixed(k + 1));
        if (Long.compareUnsigned(mixed, least[k]) < 0) least[k] = mixed;
      }
    }
    char[] minima = new char[SIZE];
    for (int k = 0; k < SIZE; k++) minima[k] = (char) mixed(least[k]);
    return new Sketch(minima);
  }

  private static long hash(String[] words, int from, int to) {
    long hash = 0xcbf29ce484222325L;
    for (int i = from; i < to; i++) {
      for (int at = 0; at < words[i].length(); at++) hash = step(hash, words[i].charAt(at));
      hash = step(hash, ' ');
    }
    return hash;
  }

  private static long step(long hash, char next) {
    return (hash ^ next) * 0x100000001b3L;
  }

  /**
   * A permutation of the 64-bit numbers in which each bit of the input moves half of the output.
   */
  private static long mixed(long value) {
    long z = value + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  /** From 0 to 1. */
  double similarityTo(Sketch other) {
    int equal = 0;
    for (int k = 0; k < SIZE; k++) if (minima[k] == other.minima[k]) equal++;
    // Two different minima agree in 16 bits once in 65,536.
    return Math.max(0, ((double) equal / SIZE - CHANCE) / (1 - CHANCE));
  }

  String text() {
    byte[] bytes = new byte[SIZE * 2];
    for (int k = 0; k < SIZE; k++) {
      bytes[2 * k] = (byte) (minima[k] >>> 8);
      bytes[2 * k + 1] = (byte) minima[k];
    }
    return HexFormat.of().formatHex(bytes);
  }

  /** What {@link #text} wrote. */
  static Sketch parse(String text) {
    byte[] bytes = HexFormat.of().parseHex(text);
    if (bytes.length != SIZE * 2) {
      throw new IllegalArgumentException(
          "a sketch has %d bytes, this one has %d".formatted(SIZE * 2, bytes.length));
    }
    char[] minima = new char[SIZE];
    for (int k = 0; k < SIZE; k++) {
      minima[k] = (char) ((bytes[2 * k] & 0xff) << 8 | (bytes[2 * k + 1] & 0xff));
    }
    return new Sketch(minima);
  }
}
