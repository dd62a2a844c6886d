package dev.treadle.web;

import java.util.List;

/**
 * One operation of the JSON API: what is routed, and what the API's document says of it.
 *
 * @param path with the name of its one variable in braces
 * @param name of the operation, for programs that are made from the document
 * @param fields of the query of a GET, of the body of a POST
 * @param answer what a success carries
 */
record Endpoint(
    String method,
    String path,
    String name,
    String summary,
    List<Field> fields,
    Class<? extends Record> answer,
    Route.Handler handler) {
  /**
   * What a request may carry.
   *
   * @param type as JSON Schema names it
   */
  record Field(String name, String type, String words, boolean isRequired) {
    static Field needed(String name, String words) {
      return new Field(name, "string", words, true);
    }

    static Field optional(String name, String type, String words) {
      return new Field(name, type, words, false);
    }
  }

  Endpoint {
    fields = List.copyOf(fields);
  }

  Route route() {
    return Route.of(method, path.replaceAll("\\{[a-z_]+}", "*"), handler);
  }

  boolean isRead() {
    return method.equals("GET");
  }
}
