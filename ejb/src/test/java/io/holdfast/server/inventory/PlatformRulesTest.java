package io.holdfast.server.inventory;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.agent.AgentId;
import java.util.OptionalInt;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("RES-01")
class PlatformRulesTest {
  private static final AgentId AGENT = new AgentId("0b8f0c4e-5f6b-4f9f-8f5e-2f3f5a7f9a10");

  private static PlatformSettings settings(String name, String address, int port) {
    return new PlatformSettings(
        name, PlatformKind.H3C_CAS, address, false, OptionalInt.of(port), "admin", "secret", AGENT);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"192.0.2.1", "cvm", "cvm-1.example.com", "2001:db8::1", "::1", "a_b.local"})
  void addressesAreTaken(String address) {
    assertTrue(PlatformRules.isAddress(address));
    assertDoesNotThrow(() -> PlatformRules.check(settings("CAS", address, 8080), true));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "192.0.2.256",
        "http://cvm",
        "cvm:8080",
        "cvm 1",
        "-cvm",
        "cvm..x",
        "a/b",
        "主机",
        ":"
      })
  void othersAreRefusedByName(String address) {
    BackupException refused =
        assertThrows(
            BackupException.class, () -> PlatformRules.check(settings("CAS", address, 8080), true));
    assertEquals(ErrorCode.INVALID_VALUE, refused.code());
    assertEquals("address", refused.parameters().get("field"));
    assertEquals(address, refused.parameters().get("value"));
  }

  @ParameterizedTest
  @CsvSource({"192.0.2.1, true", "::1, true", "cvm, false", "1.2.3, false"})
  void onlyNamesNeedANameService(String address, boolean ip) {
    assertEquals(ip, PlatformRules.isIpAddress(address));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 65_536})
  void portsOutOfRangeAreRefused(int port) {
    BackupException refused =
        assertThrows(
            BackupException.class, () -> PlatformRules.check(settings("CAS", "cvm", port), true));
    assertEquals(ErrorCode.VALUE_OUT_OF_RANGE, refused.code());
    assertEquals("65535", refused.parameters().get("max"));
  }

  @Test
  void thePortDependsOnTls() {
    assertEquals(8080, PlatformKind.H3C_CAS.defaultPort(false));
    assertEquals(8443, PlatformKind.H3C_CAS.defaultPort(true));
  }

  @Test
  void anEmptyPasswordIsOnlyForChanges() {
    PlatformSettings without =
        new PlatformSettings(
            "CAS", PlatformKind.H3C_CAS, "cvm", true, OptionalInt.empty(), "admin", "", AGENT);
    assertDoesNotThrow(() -> PlatformRules.check(without, false));
    BackupException refused =
        assertThrows(BackupException.class, () -> PlatformRules.check(without, true));
    assertEquals(ErrorCode.FIELD_MISSING, refused.code());
    assertEquals("password", refused.parameters().get("field"));
  }

  @Test
  void namesHoldAnythingReadable() {
    assertDoesNotThrow(() -> PlatformRules.check(settings("东区 \"CAS\" ../'1", "cvm", 1), true));
    assertThrows(
        BackupException.class, () -> PlatformRules.check(settings("a\nb", "cvm", 1), true));
    assertThrows(
        BackupException.class,
        () -> PlatformRules.check(settings("x".repeat(129), "cvm", 1), true));
  }

  @Test
  @Tag("RES-07")
  void settingsNeverShowThePassword() {
    assertFalse(settings("CAS", "cvm", 1).toString().contains("secret"));
  }
}
