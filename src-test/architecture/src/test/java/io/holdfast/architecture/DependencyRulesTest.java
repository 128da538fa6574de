package io.holdfast.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Test;

/** Who may know whom: the table of the architecture, kept by machine. */
class DependencyRulesTest {

  private static void check(ArchRule rule) {
    rule.check(Product.CLASSES);
  }

  @Test
  void thereIsSomethingToCheck() {
    for (String expected :
        new String[] {
          "io.holdfast.error.ErrorCode",
          "io.holdfast.agent.daemon.AgentMain",
          "io.holdfast.server.security.AccessPolicy",
        }) {
      assertFalse(!Product.CLASSES.contain(expected), expected);
    }
  }

  @Test
  void valuesAndErrorsKnowTheJdkOnly() {
    check(
        classes()
            .that()
            .resideInAnyPackage("io.holdfast.model..", "io.holdfast.file..", "io.holdfast.error..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                "java..", "io.holdfast.model..", "io.holdfast.file..", "io.holdfast.error..")
            .because("everything stands on them"));
  }

  @Test
  void poolsAndSourcesDoNotKnowEachOther() {
    check(
        noClasses()
            .that()
            .resideInAPackage("io.holdfast.pool..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "io.holdfast.source..",
                "io.holdfast.platform..",
                "io.holdfast.agent.daemon..",
                "io.holdfast.server..")
            .because("only the agent's transfer joins a pool and a source"));
    check(
        noClasses()
            .that()
            .resideInAPackage("io.holdfast.source..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.holdfast.pool..", "io.holdfast.server..")
            .because("a source knows nothing of where its bytes go"));
  }

  @Test
  void theAgentRunsWithoutAnApplicationServer() {
    check(
        noClasses()
            .that()
            .resideInAnyPackage(
                "io.holdfast.agent..",
                "io.holdfast.pool..",
                "io.holdfast.source..",
                "io.holdfast.platform..",
                "io.holdfast.model..",
                "io.holdfast.file..",
                "io.holdfast.error..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("jakarta..")
            .because("the agent is a standalone JAR"));
  }

  @Test
  void nativeLibrariesAreBoundInOnePlace() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage("io.holdfast.source.*.jna..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.sun.jna..")
            .because("a native crash must have few places to be looked for: one package a source"));
  }

  @Test
  void nothingDependsOnTheDaemonsMain() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage("io.holdfast.agent.daemon..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.holdfast.agent.daemon..")
            .because("it wires the others"));
  }

  @Test
  void theServerKnowsNeitherTheAgentsInsideNorItsOwnUsers() {
    check(
        noClasses()
            .that()
            .resideInAPackage("io.holdfast.server..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "io.holdfast.pool..",
                "io.holdfast.source..",
                "io.holdfast.platform..",
                "io.holdfast.batch..",
                "io.holdfast.web..")
            .because(
                "decisions are below what shows or runs them, and no disk byte passes the server"));
  }

  @Test
  void entityManagersStayInRepositories() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage("io.holdfast.server..jpa..")
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("jakarta.persistence.EntityManager")
            .because("queries live in Jpa* classes"));
    check(
        noClasses()
            .that()
            .resideInAPackage("io.holdfast.web..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.holdfast.server..jpa..")
            .because("the web asks services"));
  }

  @Test
  void jobOperatorHasOneUser() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage("io.holdfast.batch..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("jakarta.batch..")
            .because("batch is a way to run, not a model"));
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage("io.holdfast.batch.launch..")
            .should()
            .dependOnClassesThat()
            .haveNameMatching("jakarta.batch.(operations.JobOperator|runtime.BatchRuntime)")
            .because("the context class loader decides which operator it is"));
  }

  @Test
  void uiAndRestStayApart() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage("io.holdfast.web.console..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("jakarta.faces..", "org.primefaces..")
            .because("Faces is the console's"));
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage("io.holdfast.web.rest..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("jakarta.ws.rs..")
            .because("REST is the API's"));
  }

  @Test
  void noBytesInTheServer() {
    check(
        noClasses()
            .that()
            .resideInAnyPackage(
                "io.holdfast.server.run..", "io.holdfast.server.policy..", "io.holdfast.batch..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("java.nio")
            .because("items are descriptors; bytes go from disk to agent to pool"));
  }

  @Test
  void featuresAreFreeOfCycles() {
    check(slices().matching("io.holdfast.pool.(*)..").should().beFreeOfCycles());
    check(slices().matching("io.holdfast.source.(*)..").should().beFreeOfCycles());
    check(slices().matching("io.holdfast.server.(*)..").should().beFreeOfCycles());
  }
}
