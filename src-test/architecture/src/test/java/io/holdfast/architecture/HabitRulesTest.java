package io.holdfast.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.alwaysTrue;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Habits that reviewers should not have to watch. */
class HabitRulesTest {
  private static final Set<String> CLOCKS =
      Set.of(
          "java.time.Instant",
          "java.time.LocalDateTime",
          "java.time.LocalDate",
          "java.time.ZonedDateTime");

  private static DescribedPredicate<JavaCall<?>> readsTheWallClock() {
    return DescribedPredicate.describe(
        "reads the wall clock",
        call ->
            (CLOCKS.contains(call.getTargetOwner().getName())
                    && "now".equals(call.getName())
                    && call.getTarget().getRawParameterTypes().isEmpty())
                || ("java.lang.System".equals(call.getTargetOwner().getName())
                    && "currentTimeMillis".equals(call.getName())));
  }

  @Test
  void timeComesFromAClock() {
    noClasses()
        .that(alwaysTrue())
        .should()
        .callCodeUnitWhere(
            DescribedPredicate.describe(
                "read the wall clock", call -> readsTheWallClock().test((JavaCall<?>) call)))
        .because("tests and safety decisions must be able to set the time")
        .check(Product.CLASSES);
  }

  @Test
  void noNamesThatSayNothing() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.holdfast.agent.protocol..")
        .should()
        .haveNameMatching(".*(Util|Utils|Helper|Manager|Impl|DTO|Dto|Info)")
        .because("a class is named by what it does")
        .check(Product.CLASSES);
  }

  @Test
  void noTestThingsInMain() {
    noClasses()
        .should()
        .haveNameMatching(".*\\.(Fake|Mock|Stub|Sample|Dummy)[A-Z].*")
        .because("the product has no test switch")
        .check(Product.CLASSES);
  }

  @Test
  void ownExceptionsAreBackupExceptions() {
    classes()
        .that()
        .areAssignableTo(Throwable.class)
        .and()
        .areTopLevelClasses()
        .and()
        .resideOutsideOfPackages("io.holdfast.agent.protocol..")
        .should()
        .beAssignableTo("io.holdfast.error.BackupException")
        .because("the kind decides status, retry and alarm")
        .check(Product.CLASSES);
  }

  @Test
  void everyPackageSaysWhatItIs() {
    List<String> silent =
        Product.CLASSES.stream()
            .filter(type -> !type.getPackageName().startsWith("io.holdfast.agent.protocol"))
            .map(JavaClass::getPackageName)
            .filter(name -> !"io.holdfast.pool.document".equals(name)) // generated
            .distinct()
            .filter(
                name -> Product.mainFiles(name.replace('.', '/') + "/package-info.java").isEmpty())
            .sorted()
            .toList();
    assertEquals(List.of(), silent);
  }

  @Test
  void filesStaySmall() throws IOException {
    List<String> heaps = new ArrayList<>();
    for (Path file : Product.mainFiles(".java")) {
      try (var lines = Files.lines(file, StandardCharsets.UTF_8)) {
        long count = lines.count();
        if (count > 400) {
          heaps.add(Product.ROOT.relativize(file) + " " + count);
        }
      }
    }
    for (Path file : Product.mainFiles(".xhtml")) {
      try (var lines = Files.lines(file, StandardCharsets.UTF_8)) {
        long count = lines.count();
        if (count > 150) {
          heaps.add(Product.ROOT.relativize(file) + " " + count);
        }
      }
    }
    assertEquals(List.of(), heaps);
  }
}
