package dev.treadle.trigger;

import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads one field of a cron expression: {@code *}, values, ranges, lists and steps.
 *
 * @param names of the values from {@code least} on; empty when the field has numbers only
 */
record CronField(String name, int least, int most, List<String> names) {
  private static final Pattern PART =
      Pattern.compile("(?:(\\*)|([A-Z0-9]+)(?:-([A-Z0-9]+))?)(?:/([0-9]{1,4}))?");

  BitSet values(String text) {
    BitSet values = new BitSet(most + 1);
    for (String part : text.toUpperCase(Locale.ROOT).split(",", -1)) add(part, text, values);
    return values;
  }

  private void add(String part, String text, BitSet values) {
    Matcher form = PART.matcher(part);
    if (!form.matches()) throw bad(text);
    int step = form.group(4) == null ? 1 : Integer.parseInt(form.group(4));
    if (step < 1) throw bad(text);
    int from = form.group(1) != null ? least : value(form.group(2), text);
    boolean isOpen = form.group(1) != null || form.group(4) != null;
    int single = isOpen ? most : from;
    int to = form.group(3) == null ? single : value(form.group(3), text);
    if (from > to) throw bad(text);
    for (int value = from; value <= to; value += step) values.set(value);
  }

  int value(String word, String text) {
    int named = names.indexOf(word);
    if (named >= 0) return least + named;
    if (!word.matches("[0-9]{1,4}")) throw bad(text);
    int value = Integer.parseInt(word);
    if (value < least || value > most) throw bad(text);
    return value;
  }

  IllegalArgumentException bad(String text) {
    String orNames =
        names.isEmpty() ? "" : " or %s-%s".formatted(names.getFirst(), names.getLast());
    return new IllegalArgumentException(
        "%s must hold values from %d to %d%s with , - * /, was %s"
            .formatted(name, least, most, orNames, text));
  }
}
