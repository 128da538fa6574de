package io.holdfast.server.pool;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.agent.AgentId;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("POOL-01")
class PoolRulesTest {
  private static NewPool pool(String name, String folder, int chunkBytes) {
    return new NewPool(
        name,
        new AgentId("0b8f0c4e-5f6b-4f9f-8f5e-2f3f5a7f9a10"),
        folder,
        chunkBytes,
        PoolKind.STANDARD);
  }

  @Test
  void takesAnAbsoluteFolder() {
    assertDoesNotThrow(
        () -> PoolRules.check(pool("池 1", "/srv/pool one", NewPool.DEFAULT_CHUNK_BYTES)));
  }

  @ParameterizedTest
  @CsvSource({
    "'',  /srv/p,      1048576,  FIELD_MISSING,      name",
    "p,   '',          1048576,  FIELD_MISSING,      folder",
    "p,   srv/p,       1048576,  INVALID_VALUE,      folder",
    "p,   /,           1048576,  INVALID_VALUE,      folder",
    "p,   /srv/../etc, 1048576,  INVALID_VALUE,      folder",
    "p,   /srv/p,      1048577,  INVALID_VALUE,      chunkBytes",
    "p,   /srv/p,      32768,    VALUE_OUT_OF_RANGE, chunkBytes",
    "p,   /srv/p,      16777216, VALUE_OUT_OF_RANGE, chunkBytes",
  })
  void refusesOthersByField(
      String name, String folder, int chunkBytes, ErrorCode code, String field) {
    BackupException refused =
        assertThrows(BackupException.class, () -> PoolRules.check(pool(name, folder, chunkBytes)));
    assertEquals(code, refused.code());
    assertEquals(field, refused.parameters().get("field"));
  }
}
