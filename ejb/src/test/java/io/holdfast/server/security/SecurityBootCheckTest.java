package io.holdfast.server.security;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SecurityBootCheckTest {

  @ParameterizedTest
  @CsvSource({
    "200, OPEN",
    "302, CLOSED",
    "303, CLOSED",
    "401, CLOSED",
    "403, CLOSED",
    "404, NOT_YET",
    "503, NOT_YET",
    "500, BROKEN"
  })
  void onlyAnAnsweredPageIsOpen(int status, SecurityBootCheck.Verdict verdict) {
    assertEquals(verdict, SecurityBootCheck.Verdict.ofStatus(status));
  }

  @Test
  void asksItselfWhereItListens() {
    assertEquals(
        "https://127.0.0.1:8443/holdfast/console/overview/overview.xhtml",
        AnonymousRequest.consoleUrl().toString());
  }
}
