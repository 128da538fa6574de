package io.holdfast.web.console.login;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A login leads back to a page of the console and nowhere else. */
@Tag("CON-01")
class ConsolePathTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "/console/overview/overview.xhtml",
        "/console/history/run.xhtml?run=0b7c1a52-8a54-4c0d-9d1b-0c0c0c0c0c0c"
      })
  void knowsItsPages(String path) {
    assertTrue(ConsolePath.isConsolePage(path));
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(
      strings = {
        "",
        "//evil.example/console/overview/overview.xhtml",
        "https://evil.example/",
        "/console/../api/v1/agents.xhtml",
        "/console/login/login.xhtml",
        "/console/error/missing.xhtml",
        "/api/v1/agents",
        "/console/overview/overview.xhtml?next=//evil.example",
        "/console/overview/overview.xhtml\r\nSet-Cookie: a=b"
      })
  void refusesAllElse(String path) {
    assertFalse(ConsolePath.isConsolePage(path));
  }

  @Test
  void thePasswordPageIsAPage() {
    assertTrue(ConsolePath.isConsolePage(ConsolePath.PASSWORD));
  }
}
