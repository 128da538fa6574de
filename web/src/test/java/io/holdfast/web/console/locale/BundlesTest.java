package io.holdfast.web.console.locale;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.server.agent.AgentState;
import io.holdfast.server.alarm.AlarmKind;
import io.holdfast.server.catalog.RestorePointType;
import io.holdfast.server.inventory.InventoryKind;
import io.holdfast.server.inventory.InventoryTree;
import io.holdfast.server.inventory.PlatformKind;
import io.holdfast.server.inventory.PlatformState;
import io.holdfast.server.policy.BackupType;
import io.holdfast.server.policy.Compression;
import io.holdfast.server.policy.DataPlane;
import io.holdfast.server.policy.DedupMode;
import io.holdfast.server.policy.GuestFreeze;
import io.holdfast.server.policy.PlanKind;
import io.holdfast.server.policy.PreferredNetwork;
import io.holdfast.server.policy.RetentionUnit;
import io.holdfast.server.policy.SnapshotType;
import io.holdfast.server.policy.UntrackedHandling;
import io.holdfast.server.pool.PoolFinding;
import io.holdfast.server.pool.PoolHealth;
import io.holdfast.server.pool.PoolKeyKind;
import io.holdfast.server.pool.PoolKind;
import io.holdfast.server.restore.RestoreMode;
import io.holdfast.server.retention.HeldBackBy;
import io.holdfast.server.retention.KeptFor;
import io.holdfast.server.run.RunKind;
import io.holdfast.server.run.RunLogEntry;
import io.holdfast.server.run.RunState;
import io.holdfast.server.run.TaskState;
import io.holdfast.server.security.Role;
import io.holdfast.server.snapshot.SnapshotOperationKind;
import io.holdfast.server.snapshot.SnapshotOperationState;
import io.holdfast.server.upkeep.PoolJobKind;
import io.holdfast.server.upkeep.PoolJobState;
import io.holdfast.web.console.backup.WizardView;
import io.holdfast.web.console.restore.BatchView;
import io.holdfast.web.console.restore.RestoreWizardView;
import io.holdfast.web.console.speed.RateForm;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Both languages have every text that pages and views use, and no other. */
@Tag("CON-01")
class BundlesTest {
  private static final Path ROOT = Path.of("src/main");
  private static final Path BUNDLES = ROOT.resolve("resources/io/holdfast/web");
  private static final List<Class<? extends Enum<?>>> SHOWN =
      List.of(
          AgentState.class,
          AlarmKind.class,
          BatchView.BatchStep.class,
          BackupType.class,
          Compression.class,
          DataPlane.class,
          HeldBackBy.class,
          InventoryKind.class,
          InventoryTree.class,
          KeptFor.class,
          PlanKind.class,
          PlatformKind.class,
          PlatformState.class,
          PoolJobKind.class,
          PoolJobState.class,
          PoolFinding.class,
          PoolHealth.Level.class,
          PoolKeyKind.class,
          PoolKind.class,
          PreferredNetwork.class,
          RateForm.Unit.class,
          RestoreMode.class,
          RetentionUnit.class,
          RestorePointType.class,
          RestoreWizardView.RestoreStep.class,
          Role.class,
          RunKind.class,
          RunLogEntry.Severity.class,
          RunState.class,
          DedupMode.class,
          SnapshotOperationKind.class,
          SnapshotOperationState.class,
          SnapshotType.class,
          GuestFreeze.class,
          TaskState.class,
          UntrackedHandling.class,
          WizardView.Step.class);
  private static final Pattern PAGE_KEY =
      Pattern.compile("msg\\['([^']+)'\\]|text\\.of\\(\\s*'([^']+)'");
  private static final Pattern KEY = Pattern.compile("[a-z][a-zA-Z]*(\\.[a-zA-Z0-9-]+)+");
  private static final Pattern ENUM_KEY = Pattern.compile("[A-Z][a-zA-Z]+\\.[A-Z0-9_]+");
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\d\\}");
  private static final Pattern WORDS_IN_PAGE = Pattern.compile(">\\s*[A-Za-z][a-z]+ [^<#]*<");

  @Test
  void bothLanguagesHaveTheSameKeys() throws IOException {
    for (String bundle : List.of("messages", "faces")) {
      assertEquals(
          new TreeSet<>(load(bundle, "en").stringPropertyNames()),
          new TreeSet<>(load(bundle, "zh").stringPropertyNames()));
    }
  }

  @Test
  void textsOfAKeyNameTheSamePlaceholders() throws IOException {
    Properties english = load("messages", "en");
    Properties chinese = load("messages", "zh");
    for (String key : english.stringPropertyNames()) {
      assertEquals(
          placeholders(english.getProperty(key)), placeholders(chinese.getProperty(key)), key);
    }
  }

  @Test
  void everyKeyOfAPageExists() throws IOException {
    Set<String> known = load("messages", "en").stringPropertyNames();
    List<String> missing = new ArrayList<>();
    for (Path page : files("webapp", ".xhtml")) {
      Matcher matcher = PAGE_KEY.matcher(Files.readString(page));
      while (matcher.find()) {
        String key = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
        if (!known.contains(key)) {
          missing.add(page + ": " + key);
        }
      }
    }
    assertEquals(List.of(), missing);
  }

  @Test
  void noKeyIsUnused() throws IOException {
    StringBuilder sources = new StringBuilder();
    for (Path file :
        Stream.concat(files("webapp", ".xhtml").stream(), files("java", ".java").stream())
            .toList()) {
      sources.append(Files.readString(file));
    }
    List<String> unused =
        load("messages", "en").stringPropertyNames().stream()
            .filter(key -> !ENUM_KEY.matcher(key).matches())
            .filter(key -> sources.indexOf("'" + key + "'") < 0)
            .filter(key -> sources.indexOf('"' + key + '"') < 0)
            .sorted()
            .toList();
    assertEquals(List.of(), unused);
  }

  @Test
  void everyStateHasATextAndNoOtherConstant() throws IOException {
    Set<String> wanted =
        SHOWN.stream()
            .flatMap(type -> Stream.of(type.getEnumConstants()))
            .map(Enum.class::cast)
            .map(one -> one.getDeclaringClass().getSimpleName() + "." + one.name())
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> known =
        load("messages", "en").stringPropertyNames().stream()
            .filter(key -> ENUM_KEY.matcher(key).matches())
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(wanted, known);
  }

  @Test
  void keysHaveOneForm() throws IOException {
    List<String> odd =
        load("messages", "en").stringPropertyNames().stream()
            .filter(key -> !KEY.matcher(key).matches() && !ENUM_KEY.matcher(key).matches())
            .toList();
    assertEquals(List.of(), odd);
  }

  @Test
  void chineseTextsAreChinese() throws IOException {
    Properties chinese = load("messages", "zh");
    List<String> untranslated =
        chinese.stringPropertyNames().stream()
            .filter(key -> chinese.getProperty(key).codePoints().noneMatch(c -> c >= 0x2E80))
            .filter(key -> chinese.getProperty(key).matches(".*[a-z]{3} ?[a-z]{3}.*"))
            .toList();
    assertEquals(List.of(), untranslated);
  }

  @Test
  void pagesHoldNoWordsOfTheirOwn() throws IOException {
    List<String> found = new ArrayList<>();
    for (Path page : files("webapp", ".xhtml")) {
      Matcher matcher = WORDS_IN_PAGE.matcher(Files.readString(page));
      while (matcher.find()) {
        found.add(page + ": " + matcher.group());
      }
    }
    assertEquals(List.of(), found);
  }

  @Test
  void pagesStaySmall() throws IOException {
    for (Path page : files("webapp", ".xhtml")) {
      assertTrue(Files.readAllLines(page).size() <= 150, page.toString());
    }
  }

  private static List<Path> files(String folder, String ending) throws IOException {
    try (Stream<Path> all = Files.walk(ROOT.resolve(folder))) {
      return all.filter(file -> file.toString().endsWith(ending)).sorted().toList();
    }
  }

  private static Set<String> placeholders(String text) {
    return PLACEHOLDER.matcher(text).results().map(r -> r.group()).collect(Collectors.toSet());
  }

  private static Properties load(String bundle, String language) throws IOException {
    Properties properties = new Properties();
    try (Reader reader =
        Files.newBufferedReader(
            BUNDLES.resolve(String.format(Locale.ROOT, "%s_%s.properties", bundle, language)),
            StandardCharsets.UTF_8)) {
      properties.load(reader);
    }
    return properties;
  }
}
