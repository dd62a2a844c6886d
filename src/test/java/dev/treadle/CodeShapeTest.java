package dev.treadle;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Holds the size of methods and files, and that every package says what it is for. */
class CodeShapeTest {
  private static final int METHOD_LINES = 40;
  private static final int FILE_LINES = 400;
  private static final Path MAIN = Path.of("src/main/java");

  private static final List<Path> files = new ArrayList<>();
  private static final List<Method> methods = new ArrayList<>();
  private static final List<Path> nullMarked = new ArrayList<>();

  private record Method(Path file, long line, String name, long lines) {}

  @BeforeAll
  static void readTheSources() throws IOException {
    try (Stream<Path> tree = Files.walk(MAIN)) {
      tree.filter(path -> path.toString().endsWith(".java")).sorted().forEach(files::add);
    }
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null, manager, null, List.of(), null, manager.getJavaFileObjectsFromPaths(files));
      SourcePositions positions = Trees.instance(task).getSourcePositions();
      for (CompilationUnitTree unit : task.parse()) {
        read(unit, positions);
      }
    }
  }

  @Test
  void thereIsSourceToRead() {
    assertThat(files).isNotEmpty();
    assertThat(methods).isNotEmpty();
  }

  @Test
  void methodsAreAtMost40Lines() {
    assertThat(
            methods.stream()
                .filter(method -> method.lines() > METHOD_LINES)
                .map(method ->
                    "%s:%d %s has %d lines, at most %d"
                        .formatted(
                            method.file(),
                            method.line(),
                            method.name(),
                            method.lines(),
                            METHOD_LINES)))
        .isEmpty();
  }

  @Test
  void filesAreAtMost400Lines() throws IOException {
    List<String> tooLong = new ArrayList<>();
    for (Path file : files) {
      int lines = Files.readAllLines(file).size();
      if (lines > FILE_LINES) {
        tooLong.add("%s has %d lines, at most %d".formatted(file, lines, FILE_LINES));
      }
    }
    assertThat(tooLong).isEmpty();
  }

  @Test
  void everyPackageIsNullMarked() {
    assertThat(
            files.stream()
                .map(Path::getParent)
                .distinct()
                .filter(folder -> !nullMarked.contains(folder))
                .map(folder -> folder + " has no package-info.java with @NullMarked"))
        .isEmpty();
  }

  private static void read(CompilationUnitTree unit, SourcePositions positions) {
    Path file = Path.of(unit.getSourceFile().getName());
    if (unit.getPackageAnnotations().stream()
        .anyMatch(annotation -> annotation.getAnnotationType().toString().endsWith("NullMarked"))) {
      nullMarked.add(file.getParent());
    }
    new TreeScanner<Void, Void>() {
      @Override
      public Void visitMethod(MethodTree method, Void nothing) {
        long first = line(positions.getStartPosition(unit, method));
        long last = line(positions.getEndPosition(unit, method));
        methods.add(new Method(file, first, method.getName().toString(), last - first + 1));
        return super.visitMethod(method, null);
      }

      private long line(long position) {
        return unit.getLineMap().getLineNumber(position);
      }
    }.scan((Tree) unit, null);
  }
}
