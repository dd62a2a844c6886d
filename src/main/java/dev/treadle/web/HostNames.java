package dev.treadle.web;

import java.net.IDN;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Names of machines in a text, and whether one of them may pass for another. */
final class HostNames {
  private static final String LABEL =
      "[\\p{L}\\p{N}](?:[\\p{L}\\p{M}\\p{N}-]{0,61}[\\p{L}\\p{M}\\p{N}])?";
  private static final Pattern NAME =
      Pattern.compile("(?<![\\p{L}\\p{N}])" + LABEL + "(?:[.\u3002\uff0e]" + LABEL + "){1,10}");
  private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{M}]{2,64}");
  private static final int WARNINGS_MAX = 5;
  private static final int CHARS_READ_MAX = 300_000;

  private HostNames() {}

  static List<String> warnings(String whole) {
    String text = whole.length() > CHARS_READ_MAX ? whole.substring(0, CHARS_READ_MAX) : whole;
    Set<String> warnings = new LinkedHashSet<>();
    Matcher names = NAME.matcher(text);
    while (names.find() && warnings.size() < WARNINGS_MAX) {
      String name = names.group();
      if (isForeign(name) && isMeantAsName(text, names.start(), name)) warnings.add(warning(name));
    }
    Matcher words = WORD.matcher(text);
    while (words.find() && warnings.size() < WARNINGS_MAX) {
      if (isMixed(words.group())) {
        warnings.add("the word \u201c" + words.group() + "\u201d mixes letters of two alphabets");
      }
    }
    return new ArrayList<>(warnings);
  }

  private static boolean isForeign(String name) {
    return name.chars().anyMatch(c -> c >= 0x80) || name.toLowerCase(Locale.ROOT).contains("xn--");
  }

  /** A sentence may end without a space before the next one; an address stands in its context. */
  private static boolean isMeantAsName(String text, int start, String name) {
    boolean isWhole = text.strip().length() == name.length();
    return isWhole
        || isMixed(name)
        || name.toLowerCase(Locale.ROOT).contains("xn--")
        || (start > 0 && "@/".indexOf(text.charAt(start - 1)) >= 0);
  }

  private static String warning(String name) {
    String mixes =
        List.of(name.split("[.]", -1)).stream().anyMatch(HostNames::isMixed)
            ? " mixes letters of two alphabets and"
            : "";
    return "the name \u201c%s\u201d%s may pass for another; machines read it as %s"
        .formatted(readable(name), mixes, ascii(name));
  }

  private static String readable(String name) {
    try {
      return IDN.toUnicode(name, IDN.ALLOW_UNASSIGNED);
    } catch (IllegalArgumentException unreadable) {
      return name;
    }
  }

  private static String ascii(String name) {
    try {
      return IDN.toASCII(name, IDN.ALLOW_UNASSIGNED);
    } catch (IllegalArgumentException none) {
      return "nothing at all";
    }
  }

  /** Letters of Latin beside letters of Greek, Cyrillic or another alphabet that looks like it. */
  private static boolean isMixed(String word) {
    boolean isLatin = false;
    boolean isLikeLatin = false;
    for (int character : word.codePoints().toArray()) {
      switch (Character.UnicodeScript.of(character)) {
        case LATIN -> isLatin = true;
        case GREEK, CYRILLIC, ARMENIAN, CHEROKEE, COPTIC, LISU -> isLikeLatin = true;
        default -> {}
      }
    }
    return isLatin && isLikeLatin;
  }
}
