package io.holdfast.toolkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.error.BackupException;
import io.holdfast.error.Messages;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Messages as a Chinese reader has them: no word of English stands in them but the names of things,
 * and what somebody else said, which is quoted. Not thread-safe.
 */
public final class ChineseCauses {
  private static final Pattern QUOTED = Pattern.compile("“[^”]*”");
  private static final Pattern WORD = Pattern.compile("[A-Za-z][A-Za-z0-9_-]+");
  private static final Pattern TOLD_CODE = Pattern.compile("⟦([A-Z_]+)");
  private static final Pattern PARAMETER = Pattern.compile("\\{([a-zA-Z_]+)(:size)?\\}");
  private static final Pattern NAMED_CODE = Pattern.compile("ReasonCode\\s*\\.\\s*([A-Z_]+)");

  private final Pattern names;
  private final List<String> told = new ArrayList<>();
  private final Set<String> heard = new TreeSet<>();

  /**
   * @param names words that need no quotation: terms of the product, and names that the test gave
   */
  public ChineseCauses(String names) {
    this.names = Pattern.compile(names);
  }

  public void hear(BackupException error) {
    hear(error.code().name(), error.parameters());
  }

  /** A notice or an error, by its code. */
  public void hear(String code, Map<String, String> parameters) {
    parameters.values().forEach(this::remember);
    told.add(Messages.text(code, parameters, Locale.CHINESE));
  }

  /** A value that may be a reason. */
  public void hear(String value) {
    remember(value);
    told.add(Messages.value(value, Locale.CHINESE));
  }

  private void remember(String value) {
    TOLD_CODE.matcher(value).results().forEach(found -> heard.add(found.group(1)));
  }

  /** Fails unless so many different texts were heard, none with a word of English. */
  public void assertChinese(int atLeast) {
    assertTrue(new TreeSet<>(told).size() >= atLeast, told.size() + " told: " + told);
    assertEquals(List.of(), told.stream().filter(this::isForeign).distinct().toList());
  }

  private boolean isForeign(String text) {
    return WORD.matcher(QUOTED.matcher(text).replaceAll(""))
        .results()
        .map(MatchResult::group)
        .anyMatch(word -> !names.matcher(word).matches());
  }

  /**
   * Fails unless every reason that the sources below a folder can give was heard.
   *
   * @param sources a folder of the module under test, from its root
   */
  public void assertEveryReasonOf(String sources) throws IOException {
    Set<String> missing = reasonsOf(sources);
    missing.removeAll(heard);
    assertEquals(Set.of(), missing, "never heard");
  }

  /** Hears each reason that the sources below a folder can give, with numbers for its values. */
  public void hearEveryReasonOf(String sources) throws IOException {
    for (String reason : reasonsOf(sources)) {
      Map<String, String> values = new LinkedHashMap<>();
      PARAMETER
          .matcher(Messages.bundle(Locale.CHINESE).getString(reason))
          .results()
          .forEach(found -> values.put(found.group(1), "17"));
      hear(reason, values);
    }
  }

  private static Set<String> reasonsOf(String sources) throws IOException {
    Set<String> given = new TreeSet<>();
    try (Stream<Path> files = Files.walk(Path.of(sources))) {
      for (Path file : files.filter(each -> each.toString().endsWith(".java")).toList()) {
        NAMED_CODE
            .matcher(Files.readString(file, StandardCharsets.UTF_8))
            .results()
            .forEach(found -> given.add(found.group(1)));
      }
    }
    assertFalse(given.isEmpty(), sources);
    return given;
  }
}
