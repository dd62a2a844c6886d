package dev.treadle.tool;

import java.util.ArrayList;
import java.util.List;

/** Server-sent events, read after the stream has ended. */
final class EventStream {
  private EventStream() {}

  /** The data of each event of the kind {@code message}, which is the usual one. */
  static List<String> messages(String stream) {
    List<String> messages = new ArrayList<>();
    List<String> data = new ArrayList<>();
    boolean isMessage = true;
    // An event that the end cuts off was not sent in full: only a blank line completes one.
    for (String line : stream.split("\r\n|\n|\r", -1)) {
      if (line.isEmpty()) {
        if (isMessage && !data.isEmpty()) messages.add(String.join("\n", data));
        data.clear();
        isMessage = true;
      } else if (line.startsWith("data:")) {
        data.add(value(line, "data:"));
      } else if (line.startsWith("event:")) {
        isMessage = value(line, "event:").equals("message");
      }
    }
    return messages;
  }

  private static String value(String line, String field) {
    String value = line.substring(field.length());
    return value.startsWith(" ") ? value.substring(1) : value;
  }
}
