package io.holdfast.platform.h3ccas;

import io.holdfast.agent.protocol.SnapshotDescription;
import io.holdfast.agent.protocol.SnapshotType;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.platform.h3ccas.rest.CasHttp;
import io.holdfast.platform.h3ccas.rest.CasNode;
import io.holdfast.platform.h3ccas.rest.CasPath;
import io.holdfast.platform.spi.SnapshotKeeper;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A VM's snapshots as people see them [P: name, snapshotTitle, desc, creationTime, isCurr; INF:
 * snapType, snapMem, status]. Reads only. Thread-safe.
 */
final class SnapshotTree {
  private static final String TAG = "[holdfast-snapshot:";
  private static final Pattern TAGGED =
      Pattern.compile("(.*?)\\s*\\[holdfast-snapshot:([^\\[\\]]{1,80})\\]", Pattern.DOTALL);

  private final CasHttp http;
  private final CasErrors errors;

  SnapshotTree(CasHttp http, CasErrors errors) {
    this.http = http;
    this.errors = errors;
  }

  /** Parents before children. */
  List<SnapshotDescription> read(String vmId) {
    List<SnapshotDescription> result = new ArrayList<>();
    CasNode body = errors.required(http.get(CasPath.of("vm", "snapshot", vmId)), "vm", vmId).body();
    collect(body.list("snapshot"), "", result);
    return result;
  }

  private static void collect(List<CasNode> from, String parent, List<SnapshotDescription> into) {
    for (CasNode each : from) {
      String name = each.text("name");
      if (!name.isEmpty()) {
        into.add(described(each, name, parent));
      }
      String below = name.isEmpty() ? parent : name;
      collect(each.list("snapshots"), below, into);
      collect(each.list("snapshot"), below, into);
    }
  }

  private static SnapshotDescription described(CasNode node, String name, String parent) {
    String text = node.text("desc");
    Matcher tag = TAGGED.matcher(text);
    boolean tagged = tag.matches();
    return SnapshotDescription.newBuilder()
        .setName(name)
        .setParent(parent)
        .setTitle(node.text("snapshotTitle"))
        .setDescription(tagged ? tag.group(1) : text)
        .setOwnerTag(tagged ? tag.group(2) : "")
        .setCreatedEpochMillis(millis(node.firstText("creationTime", "createTime")))
        .setType(
            node.number("snapType") == 1
                ? SnapshotType.SNAPSHOT_EXTERNAL
                : SnapshotType.SNAPSHOT_INTERNAL)
        .setMemory(node.flag("snapMem"))
        .setCurrent(node.flag("isCurr"))
        .setOfBackup(name.startsWith(SnapshotKeeper.OF_BACKUPS))
        .setVmState(node.text("status"))
        .build();
  }

  /** What the platform says, unjudged: it is only shown. 0 where it cannot be read. */
  private static long millis(String text) {
    try {
      if (text.matches("\\d{10,11}")) {
        return Instant.ofEpochSecond(Long.parseLong(text)).toEpochMilli();
      }
      return text.matches("\\d{12,16}")
          ? Long.parseLong(text)
          : OffsetDateTime.parse(text).toInstant().toEpochMilli();
    } catch (DateTimeException unreadable) {
      return 0;
    }
  }

  /** A description that carries a tag. */
  static String tagged(String description, String ownerTag) {
    return ownerTag.isEmpty() ? description : (description + " " + TAG + ownerTag + "]").strip();
  }

  /** A person's words must not look like a tag. */
  static void requireUntagged(String description) {
    if (description.contains(TAG)) {
      throw BackupException.of(
          ErrorCode.INVALID_VALUE, "field", "description", "value", description, "expected", "");
    }
  }
}
