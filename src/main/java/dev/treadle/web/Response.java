package dev.treadle.web;

import java.util.LinkedHashMap;
import java.util.Map;

/** An HTTP response; {@link Site} puts the headers on it that every answer carries. */
public record Response(int status, Map<String, String> headers, String body) {
  static final String CONTENT_TYPE = "content-type";

  public Response {
    headers = Map.copyOf(headers);
  }

  static Response html(int status, String page) {
    return of(status, "text/html; charset=utf-8", page);
  }

  static Response json(int status, String document) {
    return of(status, "application/json", document);
  }

  static Response empty(int status) {
    return new Response(status, Map.of(), "");
  }

  static Response of(int status, String contentType, String text) {
    return new Response(status, Map.of(CONTENT_TYPE, contentType), text);
  }

  Response with(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new Response(status, more, body);
  }

  Response withoutBody() {
    return new Response(status, headers, "");
  }
}
