package dev.treadle.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.treadle.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The API's document says exactly what is routed. */
class OpenApiTest {
  private static final Path GOLDEN = Path.of("src/test/resources/api/openapi.json");
  private final List<Endpoint> table = table();
  private final List<Route> routes = OpenApi.routes(table);

  private static List<Endpoint> table() {
    List<Endpoint> table = new ArrayList<>(new TaskApi(null, null, null, null).table());
    table.addAll(new HaltApi(null).table());
    return table;
  }

  private JsonNode document() throws Exception {
    Route route =
        routes.stream()
            .filter(each -> each.pattern().contains("openapi.json"))
            .findFirst()
            .orElseThrow();
    Request request =
        new Request(
            "GET",
            "/api/openapi.json",
            Map.of(),
            Map.of(),
            "",
            new Request.Sender("", Optional.empty()));
    return Json.parse(route.handler().answer(request, "").body());
  }

  @Test
  void everyRouteIsInTheDocumentAndEveryPathOfTheDocumentIsRouted() throws Exception {
    Set<String> documented = new TreeSet<>();
    document()
        .path("paths")
        .forEachEntry((path, operations) ->
            operations.forEachEntry((method, _) ->
                documented.add(
                    method.toUpperCase(Locale.ROOT)
                        + " "
                        + path.replaceAll("\\{[a-z_]+}", "*").substring(1))));

    Set<String> routed = new TreeSet<>();
    for (Route route : routes) {
      routed.add(route.method() + " " + String.join("/", route.pattern()));
    }
    routed.remove("GET api/openapi.json");
    assertThat(documented).isEqualTo(routed).hasSizeGreaterThan(10);
  }

  @Test
  void theDocumentChangesOnlyInSight() throws Exception {
    if (System.getProperty("treadle.golden", "compare").equals("write")) write();
    assertThat(Json.pretty(document()) + "\n").isEqualTo(Files.readString(GOLDEN));
  }

  private void write() throws Exception {
    try {
      Files.writeString(GOLDEN, Json.pretty(document()) + "\n");
    } catch (IOException unwritable) {
      throw new AssertionError(unwritable);
    }
  }

  @Test
  void everyReferenceNamesASchemaAndEveryOperationHasItsOwnName() throws Exception {
    JsonNode document = document();
    assertThat(document.findValuesAsText("$ref"))
        .isNotEmpty()
        .allSatisfy(reference ->
            assertThat(document.at(reference.substring(1)).isObject()).as(reference).isTrue());
    List<String> names = new ArrayList<>(document.path("paths").findValuesAsText("operationId"));
    assertThat(names).doesNotHaveDuplicates().hasSize(table.size());
  }
}
