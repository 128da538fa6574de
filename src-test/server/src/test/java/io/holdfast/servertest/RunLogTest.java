package io.holdfast.servertest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.error.NoticeCode;
import io.holdfast.server.agent.AgentId;
import io.holdfast.server.database.ShortTransaction;
import io.holdfast.server.inventory.PlatformId;
import io.holdfast.server.policy.BackupOptions;
import io.holdfast.server.policy.BackupType;
import io.holdfast.server.pool.PoolId;
import io.holdfast.server.run.RunKind;
import io.holdfast.server.run.RunOrder;
import io.holdfast.server.run.RunStarter;
import io.holdfast.server.run.TaskLifecycle;
import io.holdfast.server.run.TaskTarget;
import io.holdfast.server.security.Role;
import io.holdfast.servertest.inside.Accounts;
import io.holdfast.servertest.inside.Beans;
import io.holdfast.servertest.inside.Http;
import io.holdfast.servertest.inside.Rows;
import java.util.List;
import java.util.UUID;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.Archive;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The log of a run, written into the database and read by REST. */
@ExtendWith(ArquillianExtension.class)
@Order(8)
class RunLogTest {
  @Deployment
  static Archive<?> probe() {
    return Probe.of(RunLogTest.class);
  }

  @Test
  @Tag("JOB-03")
  void linesWithNamesOfEveryKindComeBackAsTheyWere() {
    Rows.Place place = Rows.place();
    List<String> names =
        List.of("生产 数据库", "长".repeat(250), "a\"b'c\\d=e;f\ng\th", "100% {vm} %s", "🖥 ../");
    RunOrder order =
        new RunOrder(
            RunKind.BACKUP,
            UUID.randomUUID(),
            "夜间备份 \"A\"",
            new PlatformId(place.platformId()),
            new AgentId(place.agentId()),
            new PoolId(place.poolId()),
            BackupType.FULL,
            BackupOptions.preset());
    List<UUID> ids = names.stream().map(name -> UUID.randomUUID()).toList();
    List<TaskTarget> targets =
        names.stream()
            .map(name -> new TaskTarget("vm " + name.hashCode(), "", name, "", ""))
            .toList();
    UUID run =
        Beans.get(ShortTransaction.class)
            .call(
                () -> {
                  // Ended before it is committed: the dispatcher never sees it.
                  UUID id = Beans.get(RunStarter.class).start(order, ids, targets, "陈").getId();
                  TaskLifecycle lifecycle = Beans.get(TaskLifecycle.class);
                  for (int i = 0; i < names.size(); i++) {
                    lifecycle.info(
                        ids.get(i), NoticeCode.VM_TASK_STARTED, "vm", names.get(i), "agent", "主机");
                    lifecycle.stopped(ids.get(i));
                  }
                  return id;
                });
    Http auditor = Accounts.with(Role.AUDITOR);
    JsonNode english = auditor.get("/runs/" + run + "/log").expect(200).json().path("items");
    JsonNode chinese =
        auditor.speaking("zh").get("/runs/" + run + "/log").expect(200).json().path("items");
    assertEquals(english.size(), chinese.size());
    assertTrue(english.path(0).path("message").asText().contains("夜间备份 \"A\""), english.toString());
    assertTrue(english.path(0).path("message").asText().contains("陈"), english.toString());
    int found = 0;
    for (int i = 0; i < english.size(); i++) {
      if (!"VM_TASK_STARTED".equals(english.path(i).path("code").asText())) {
        continue;
      }
      String name = names.get(found++);
      assertEquals(name, english.path(i).path("vmName").asText());
      assertEquals(
          "VM " + name + ": started on backup host 主机.", english.path(i).path("message").asText());
      assertEquals("虚拟机 " + name + "：在备份主机 主机 上开始。", chinese.path(i).path("message").asText());
    }
    assertEquals(names.size(), found);
  }
}
