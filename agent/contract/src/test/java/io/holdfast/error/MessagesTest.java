package io.holdfast.error;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.holdfast.platform.spi.DifferenceReason;
import io.holdfast.platform.spi.VmProperty;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.ResourceBundle;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every code has a text in both languages that names the same parameters. */
class MessagesTest {
  private static final List<Locale> LANGUAGES = List.of(Locale.ENGLISH, Locale.CHINESE);

  @Test
  void bothLanguagesHoldExactlyTheCodes() {
    Set<String> codes =
        Stream.of(ErrorCode.values(), NoticeCode.values(), ReasonCode.values())
            .flatMap(Arrays::stream)
            .map(Enum::name)
            .collect(Collectors.toCollection(TreeSet::new));
    for (Locale language : LANGUAGES) {
      assertEquals(codes, new TreeSet<>(Messages.bundle(language).keySet()), language.toString());
    }
  }

  @Test
  void bothLanguagesNameTheSameParameters() {
    ResourceBundle english = Messages.bundle(Locale.ENGLISH);
    ResourceBundle chinese = Messages.bundle(Locale.CHINESE);
    for (String key : english.keySet()) {
      assertEquals(parameters(english.getString(key)), parameters(chinese.getString(key)), key);
    }
  }

  @Test
  void chineseIsChinese() {
    Pattern han = Pattern.compile("\\p{IsHan}");
    ResourceBundle chinese = Messages.bundle(Locale.SIMPLIFIED_CHINESE);
    Set<String> signsOnly = Set.of("AND", "WORDS", "PLATFORM_WORDS", "CALL_FAILED");
    for (String key : chinese.keySet()) {
      boolean told = han.matcher(chinese.getString(key)).find() || signsOnly.contains(key);
      assertFalse(!told, key);
    }
  }

  @Test
  void numbersAreUnique() {
    Collection<Integer> numbers =
        Arrays.stream(ErrorCode.values()).map(ErrorCode::number).collect(Collectors.toSet());
    assertEquals(ErrorCode.values().length, numbers.size());
  }

  @Test
  void kindDecidesTheClass() {
    assertInstanceOf(TransientException.class, BackupException.of(ErrorCode.AGENT_UNREACHABLE));
    assertInstanceOf(AmbiguousException.class, BackupException.of(ErrorCode.AGENT_TIMEOUT));
    assertInstanceOf(CorruptionException.class, BackupException.of(ErrorCode.CHUNK_CORRUPT));
  }

  @Test
  void sizesAreToldInUnits() {
    Map<String, String> told =
        Map.of("vm", "web", "read", "1572864", "stored", "17", "bytes", "3298534883328");
    assertEquals(
        "VM web: the restore point is sealed; 1.50 MiB were read and 17 B stored.",
        Messages.text("VM_RESTORE_POINT_SEALED", told, Locale.ENGLISH));
    assertEquals(
        "VM web: ? streams, 3.00 TiB are left to transfer.",
        Messages.text("VM_TRANSFER_STARTED", told, Locale.ENGLISH));
  }

  @Test
  void textNamesTheValues() {
    BackupException error =
        BackupException.of(ErrorCode.VM_NOT_FOUND, "vm", "a$1{b}", "address", "cvm");
    assertEquals(
        "VM a$1{b} was not found on cvm. It may have been deleted; remove it from the job.",
        error.message(Locale.ENGLISH));
  }

  private static Set<String> parameters(String text) {
    return Pattern.compile("\\{[a-zA-Z_]+(:size)?\\}")
        .matcher(text)
        .results()
        .map(MatchResult::group)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void everyPropertyAndReasonOfTheDifferencesHasAWordInBothLanguages() {
    for (Locale language : LANGUAGES) {
      for (VmProperty property : VmProperty.values()) {
        assertNotEquals(property.name(), Messages.word("property", property.name(), language));
      }
      for (DifferenceReason reason : DifferenceReason.values()) {
        assertNotEquals(reason.name(), Messages.word("reason", reason.name(), language));
      }
    }
    assertEquals("引导固件", Messages.word("property", "FIRMWARE", Locale.CHINESE));
  }

  @Test
  void kindsOfThingsAndFieldsAreToldInTheReadersLanguage() {
    BackupException taken =
        BackupException.of(ErrorCode.ALREADY_EXISTS, "what", "access key", "name", "lab");
    assertEquals("接入密钥“lab”已存在，请使用其他名称。", taken.message(Locale.CHINESE));
    BackupException missing = BackupException.of(ErrorCode.FIELD_MISSING, "field", "unheard_of");
    assertEquals("unheard_of不能为空。", missing.message(Locale.CHINESE));
  }
}
