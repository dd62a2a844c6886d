package dev.treadle;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The rooms of the code base, who may enter which, and what must come in through a port. */
@AnalyzeClasses(packages = "dev.treadle", importOptions = ArchitectureTest.WhatShips.class)
class ArchitectureTest {
  /** Main code alone, wherever a build keeps it. */
  static final class WhatShips implements ImportOption {
    private final String place =
        Agent.class.getProtectionDomain().getCodeSource().getLocation().toString();

    @Override
    public boolean includes(Location location) {
      return location.contains(place);
    }
  }

  private static final String BASE = "dev.treadle";

  private static final String QUTE = "io.quarkus.qute..";

  // The rooms table.

  @ArchTest
  static final ArchRule everyClassLivesInARoom =
      classes()
          .that()
          .resideInAPackage("dev.treadle..")
          .should()
          .resideInAnyPackage(
              packagesOf(
                  Stream.of(
                      "base",
                      "engine",
                      "llm",
                      "tool",
                      "approval",
                      "drift",
                      "trigger",
                      "web",
                      "aws",
                      "lambda",
                      "local",
                      "agents")))
          .because("a package outside the table of rooms would escape every other rule");

  @ArchTest
  static final ArchRule baseSeesOnlyJavaAndTrees =
      classes()
          .that()
          .resideInAPackage(BASE)
          .and(not(schemaType()))
          .should()
          .onlyDependOnClassesThat(baseMaySee())
          .allowEmptyShould(true)
          .because("an agent author's code depends on base, and so on everything that base sees");

  @ArchTest
  static final ArchRule schemaAloneSeesTheSchemaLibraries =
      classes()
          .that(schemaType())
          .should()
          .onlyDependOnClassesThat(
              baseMaySee().or(resideInAnyPackage("com.github.victools..", "com.networknt..")))
          .allowEmptyShould(true)
          .because("one class turns records into schemas; nobody else needs to know how");

  @ArchTest static final ArchRule engineSeesBase = room("engine", "base");

  @ArchTest static final ArchRule llmSeesBase = room("llm", "base");

  @ArchTest static final ArchRule toolSeesBase = room("tool", "base");

  @ArchTest static final ArchRule approvalSeesBaseAndEngine = room("approval", "base", "engine");

  @ArchTest static final ArchRule driftSeesBaseAndEngine = room("drift", "base", "engine");

  @ArchTest static final ArchRule triggerSeesBaseAndEngine = room("trigger", "base", "engine");

  @ArchTest
  static final ArchRule webSeesNoAdapter =
      room("web", "base", "engine", "approval", "drift", "trigger");

  @ArchTest
  static final ArchRule awsSeesTheRoomsWhosePortsItFills =
      room("aws", "base", "engine", "approval", "drift", "trigger");

  @ArchTest
  static final ArchRule lambdaSeesAllButLocal =
      room(
          "lambda",
          "base",
          "engine",
          "llm",
          "tool",
          "approval",
          "drift",
          "trigger",
          "web",
          "aws",
          "agents");

  @ArchTest
  static final ArchRule localSeesAll =
      room(
          "local",
          "base",
          "engine",
          "llm",
          "tool",
          "approval",
          "drift",
          "trigger",
          "web",
          "aws",
          "lambda",
          "agents");

  @ArchTest
  static final ArchRule agentsSeeWhatAUsersAgentSees = room("agents", "base", "llm", "tool");

  @ArchTest
  static final ArchRule onlyTheRuntimesImportAgents =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "dev.treadle.agents..", "dev.treadle.local..", "dev.treadle.lambda..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.treadle.agents..")
          .allowEmptyShould(true)
          .because("a template is wired where its mailer and its folders are known");

  @ArchTest
  static final ArchRule roomsHaveNoCycles =
      slices()
          .matching("dev.treadle.(*)..")
          .should()
          .beFreeOfCycles()
          .allowEmptyShould(true)
          .because("a room can be read without the rooms that use it");

  // Outside libraries.

  @ArchTest
  static final ArchRule onlyAwsSeesTheAwsSdk =
      onlyIn(Set.of("aws"), resideInAPackage("software.amazon.awssdk.."))
          .because("the rest runs without an AWS account");

  @ArchTest
  static final ArchRule onlyLambdaAndLocalSeeLambdaEvents =
      onlyIn(Set.of("lambda", "local"), resideInAPackage("com.amazonaws.services.lambda.."))
          .because("lambda takes Lambda's events, and local plays the services that send them");

  @ArchTest
  static final ArchRule onlyLambdaIsWiredByQuarkus =
      onlyIn(
              Set.of("lambda"),
              resideInAnyPackage("io.quarkus..", "jakarta.enterprise..", "jakarta.inject..")
                  .and(not(resideInAPackage(QUTE))))
          .because("one room is wired by CDI; the others take what they need in a constructor");

  @ArchTest
  static final ArchRule onlyPagesAreTemplates =
      onlyIn(Set.of("web", "lambda"), resideInAPackage(QUTE))
          .because("Qute renders the pages of web and nothing else");

  @ArchTest
  static final ArchRule onlyLocalSeesTheEmbeddedStoreAndTheCommandLine =
      onlyIn(Set.of("local"), resideInAnyPackage("org.h2..", "picocli.."))
          .because("neither library is in the function");

  @ArchTest
  static final ArchRule onlyToolSeesTheGuardedHttpClient =
      onlyIn(Set.of("tool"), resideInAPackage("org.apache.hc.."))
          .because("addresses that others name are judged in one place");

  @ArchTest
  static final ArchRule onlyToolSpeaksMcp =
      onlyIn(Set.of("tool"), resideInAnyPackage("io.modelcontextprotocol..", "reactor.."))
          .because("what a remote server says is judged in one place");

  // Time, chance and waiting.

  @ArchTest
  static final ArchRule timeComesThroughAPort =
      outsideTheEdges(ArchitectureTest::readsTheClock, "read the machine's clock")
          .because("the simulation runs on virtual time, and a replayed seed must see the same");

  @ArchTest
  static final ArchRule chanceComesThroughAPort =
      outsideTheEdges(ArchitectureTest::rollsDice, "draw unseeded random values")
          .because("one seed replays a whole simulated world");

  @ArchTest
  static final ArchRule nobodySleeps =
      outsideTheEdges(
              access -> access.getName().equals("sleep") && ownerIs(access, Thread.class),
              "sleep in a thread")
          .because("waiting is a stored time and a delayed message: nothing pays for idle seconds");

  private static ArchRule room(String name, String... mayImport) {
    String[] allowed = packagesOf(Stream.concat(Stream.of(name), Stream.of(mayImport)));
    return noClasses()
        .that()
        .resideInAPackage("dev.treadle." + name + "..")
        .should()
        .dependOnClassesThat(
            resideInAPackage("dev.treadle..").and(not(resideInAnyPackage(allowed))))
        .allowEmptyShould(true)
        .because("of Treadle's rooms, " + name + " may import " + String.join(", ", mayImport));
  }

  private static ArchRule onlyIn(Set<String> rooms, DescribedPredicate<JavaClass> library) {
    return noClasses()
        .that()
        .resideOutsideOfPackages(packagesOf(rooms.stream()))
        .should()
        .dependOnClassesThat(library)
        .allowEmptyShould(true);
  }

  private static ArchRule outsideTheEdges(Predicate<JavaAccess<?>> banned, String what) {
    return noClasses()
        .that()
        .resideOutsideOfPackages(packagesOf(Stream.of("lambda", "local", "aws")))
        .should()
        .accessTargetWhere(describe("they " + what, banned))
        .allowEmptyShould(true);
  }

  private static String[] packagesOf(Stream<String> rooms) {
    return rooms
        .map(room -> room.equals("base") ? BASE : "dev.treadle." + room + "..")
        .toArray(String[]::new);
  }

  private static DescribedPredicate<JavaClass> schemaType() {
    return describe(
        "Schema",
        type ->
            type.getName().equals("dev.treadle.Schema")
                || type.getName().startsWith("dev.treadle.Schema$"));
  }

  private static DescribedPredicate<JavaClass> baseMaySee() {
    return resideInAnyPackage(BASE, "java..", "org.jspecify..", "com.fasterxml..");
  }

  private static boolean readsTheClock(JavaAccess<?> access) {
    String name = access.getName();
    if (ownerIs(access, System.class)) {
      return Set.of("currentTimeMillis", "nanoTime").contains(name);
    }
    if (ownerIs(access, Clock.class) || ownerIs(access, InstantSource.class)) {
      return name.startsWith("system") || name.startsWith("tickM") || name.startsWith("tickS");
    }
    return name.equals("now")
        && access.getTargetOwner().getPackageName().startsWith("java.time")
        && parameters(access).stream().noneMatch(type -> type.isEquivalentTo(Clock.class));
  }

  private static boolean rollsDice(JavaAccess<?> access) {
    return switch (access.getTargetOwner().getName()) {
      case "java.util.UUID" -> access.getName().equals("randomUUID");
      case "java.lang.Math", "java.lang.StrictMath" -> access.getName().equals("random");
      case "java.util.Random", "java.util.SplittableRandom" ->
          access.getName().equals("<init>") && parameters(access).isEmpty();
      case "java.util.random.RandomGenerator" ->
          Set.of("getDefault", "of").contains(access.getName());
      case "java.util.concurrent.ThreadLocalRandom", "java.security.SecureRandom" -> true;
      default -> false;
    };
  }

  private static boolean ownerIs(JavaAccess<?> access, Class<?> owner) {
    return access.getTargetOwner().isEquivalentTo(owner);
  }

  private static List<JavaClass> parameters(JavaAccess<?> access) {
    return access.getTarget() instanceof CodeUnitAccessTarget target
        ? target.getRawParameterTypes()
        : List.of();
  }
}
