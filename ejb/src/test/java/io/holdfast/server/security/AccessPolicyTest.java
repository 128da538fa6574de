package io.holdfast.server.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.resource.ResourceKind;
import io.holdfast.server.resource.ResourceRef;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("USR-01")
class AccessPolicyTest {
  private static final ResourceRef ANY = ResourceRef.all(ResourceKind.SERVER);
  private final AccessPolicy policy = new AccessPolicy();

  @ParameterizedTest
  @CsvSource({
    "AGENT_MANAGE,       true,  false, false",
    "PLATFORM_MANAGE,    true,  false, false",
    "POOL_MANAGE,        true,  false, false",
    "USER_MANAGE,        true,  false, false",
    "POOL_USE,           false, true,  false",
    "JOB_MANAGE,         false, true,  false",
    "JOB_RUN,            false, true,  false",
    "RESTORE_RUN,        false, true,  false",
    "BATCH_MANAGE,       false, true,  false",
    "AUDIT_VIEW,         false, false, true",
    "USER_VIEW,          true,  false, true",
    "AGENT_VIEW,         true,  true,  true",
    "PLATFORM_VIEW,      true,  true,  true",
    "POOL_VIEW,          true,  true,  true",
    "RESTORE_POINT_VIEW, true,  true,  true",
    "JOB_VIEW,           true,  true,  true",
    "RUN_VIEW,           true,  true,  true",
  })
  void whoMayDoWhat(
      Permission permission, boolean administrator, boolean operator, boolean auditor) {
    assertEquals(administrator, allowed(permission, Role.ADMINISTRATOR));
    assertEquals(operator, allowed(permission, Role.OPERATOR));
    assertEquals(auditor, allowed(permission, Role.AUDITOR));
  }

  @ParameterizedTest
  @EnumSource(Permission.class)
  void nobodyMayDoAnything(Permission permission) {
    Caller nobody = Caller.anonymous("192.0.2.7");
    assertFalse(policy.allows(nobody, permission, ANY));
    BackupException refused =
        assertThrows(BackupException.class, () -> policy.require(nobody, permission, ANY));
    assertEquals(ErrorCode.FORBIDDEN, refused.code());
    assertEquals("anonymous", refused.parameters().get("user"));
  }

  @ParameterizedTest
  @EnumSource(Permission.class)
  void aUserWithAGivenPasswordMayNothingButChangeIt(Permission permission) {
    Caller fresh = caller(true, EnumSet.allOf(Role.class));
    BackupException refused =
        assertThrows(BackupException.class, () -> policy.require(fresh, permission, ANY));
    assertEquals(ErrorCode.PASSWORD_CHANGE_REQUIRED, refused.code());
  }

  @Test
  void rolesAddUpAndTheServerMayEverything() {
    Caller both = caller(false, Set.of(Role.OPERATOR, Role.AUDITOR));
    assertSame(both, policy.require(both, Permission.JOB_RUN, ANY));
    assertSame(both, policy.require(both, Permission.AUDIT_VIEW, ANY));
    assertTrue(policy.allows(Caller.server(), Permission.USER_MANAGE, ANY));
  }

  private boolean allowed(Permission permission, Role role) {
    return policy.allows(caller(false, Set.of(role)), permission, ANY);
  }

  private static Caller caller(boolean passwordChangeRequired, Set<Role> roles) {
    return new Caller("id", "li", roles, "192.0.2.7", passwordChangeRequired, false);
  }
}
