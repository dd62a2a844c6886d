package dev.treadle.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.BlastRadius;
import dev.treadle.Effect;
import dev.treadle.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class McpFileTest {
  private static final String SCHEMA =
      """
      {"type":"object","properties":{"to":{"type":"string"}}}\
      """;

  private static String document(String tool) {
    return """
    {"servers": [{"name": "tickets", "url": "https://tickets.example.com/mcp",
      "authorization": "TICKETS_TOKEN", "agents": ["support"], "tools": [%s]}]}\
    """
        .formatted(tool);
  }

  private static String tool(String schema, String more) throws Json.MalformedJson {
    return """
    {"name": "close", "description": "Closes.", "input_schema": %s, "sha256": "%s"%s}\
    """
        .formatted(schema, PinnedTool.sha256("Closes.", Json.parse(schema)), more);
  }

  private static List<McpServer> read(String value) {
    return McpFile.fromEnvironment(Optional.of(value));
  }

  @Test
  void whatIsNotSaidOfAToolIsTheWorst() throws Exception {
    PinnedTool tool = read(document(tool(SCHEMA, ""))).getFirst().tools().getFirst();
    assertThat(tool.effect()).isEqualTo(Effect.IRREVERSIBLE);
    assertThat(tool.blastRadius()).isEqualTo(BlastRadius.HIGH);
  }

  @Test
  void theOperatorSaysWhatAToolDoes(@TempDir Path folder) throws Exception {
    String more =
        """
        , "effect": "reversible", "blast_radius": "low", "undo": "Open it.", "outward": ["to"]\
        """;
    Path file = Files.writeString(folder.resolve("mcp.json"), document(tool(SCHEMA, more)));
    PinnedTool tool = read(file.toString()).getFirst().tools().getFirst();
    assertThat(tool.effect()).isEqualTo(Effect.REVERSIBLE);
    assertThat(tool.blastRadius()).isEqualTo(BlastRadius.LOW);
    assertThat(tool.undo()).contains("Open it.");
    assertThat(tool.outward().arguments()).containsExactly("to");
  }

  @Test
  void noVariableIsNoServer() {
    assertThat(McpFile.fromEnvironment(Optional.empty())).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          , "effect": "harmless"        | effect must be one of
          , "effect": "idempotent"      | effect must be read_only, reversible or irreversible
          , "effect": "reversible"      | undo says how
          , "effect": null              | effect must be a text
          , "readOnly": true            | there is no field readOnly
          , "outward": ["account"]      | outward names no property of the schema: account
          """)
  void aMistakeIsNamedWithItsPlace(String more, String word) throws Exception {
    String document = document(tool(SCHEMA, more));
    assertThatThrownBy(() -> read(document))
        .hasMessageStartingWith("TREADLE_MCP: servers[0]: tools[0]: ")
        .hasMessageContaining(word);
  }

  @Test
  void aReviewedTextThatWasEditedIsNotTheReviewedText() throws Exception {
    String document = document(tool(SCHEMA, "")).replace("Closes.", "Closes all.");
    assertThatThrownBy(() -> read(document)).hasMessageContaining("sha256 must be that of");
  }

  @Test
  void aToolWithoutAHashIsNotTaken() throws Exception {
    String document = document(tool(SCHEMA, "")).replaceAll(", \"sha256\": \"\\w+\"", "");
    assertThatThrownBy(() -> read(document)).hasMessageContaining("sha256 is missing");
  }

  @Test
  void aSchemaThatRefersElsewhereIsNotTaken() throws Exception {
    String schema =
        """
        {"type":"object","properties":{"to":{"$ref":"https://example.com/to.json"}}}\
        """;
    String document = document(tool(schema, ""));
    assertThatThrownBy(() -> read(document))
        .hasMessageContaining("input_schema must refer to nothing outside itself");
  }

  @Test
  void aServerNeedsAnAddressThatMayBeAsked() {
    assertThatThrownBy(
            () -> read("{\"servers\": [{\"name\": \"x\", \"url\": \"file:///etc/passwd\"}]}"))
        .hasMessageStartingWith("TREADLE_MCP: servers[0]: url: ");
    assertThatThrownBy(() -> read("{\"servers\": [")).hasMessageContaining("must be JSON");
    assertThatThrownBy(() -> read("/nowhere/mcp.json")).hasMessageContaining("cannot be read");
  }
}
