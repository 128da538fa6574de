package io.holdfast.platform.h3ccas;

import io.holdfast.error.BackupException;
import io.holdfast.error.Messages;
import java.util.Locale;

/** Replies of a CVM as they come by default: everything is a string, lists of one are objects. */
final class Texts {
  static final String DONE =
      "{\"msgId\":\"7\",\"completed\":\"true\",\"result\":\"0\",\"progress\":\"100\",\"failMsg\":\"\"}";
  static final String TASK = "{\"msgId\":\"7\",\"completed\":\"false\",\"progress\":\"0\"}";
  static final String HOST =
      "{\"@type\":\"kvm\",\"id\":\"1\",\"ip\":\"127.0.0.1\",\"name\":\"cvknode1\","
          + "\"version\":\"E0785P03\"}";

  private Texts() {}

  /** The cause that an error tells, in English. */
  static String cause(BackupException error) {
    return Messages.value(error.parameters().get("cause"), Locale.ENGLISH);
  }

  static String basic(String status, String more) {
    return "{\"id\":\"1\",\"uuid\":\"u-1\",\"name\":\"web-01\",\"title\":\"门户\",\"hostId\":\"1\","
        + "\"clusterId\":\"2\",\"hostPoolId\":\"3\",\"memory\":\"2048\",\"cpu\":\"2\",\"status\":\""
        + status
        + "\""
        + more
        + "}";
  }

  static String disk(String device, String format, String more) {
    return "{\"device\":\"disk\",\"deviceName\":\""
        + device
        + "\",\"fileType\":\"file\",\"format\":\""
        + format
        + "\",\"path\":\"/vms/share01/web-01-"
        + device
        + "\",\"size\":\"2048.0\",\"targetBus\":\"virtio\",\"poolName\":\"share01\",\"poolType\":\"fs\""
        + more
        + "}";
  }

  /** A detail object; {@code storage} is an object for one disk, an array for several. */
  static String detail(String storage) {
    return "{\"id\":\"1\",\"basic\":{\"id\":\"1\",\"name\":\"web-01\",\"bios\":\"UEFI\","
        + "\"description\":\"Portal [holdfast:old]\",\"osVersion\":\"CentOS\"},"
        + "\"cpu\":{\"cpuSockets\":\"1\",\"cpuCores\":\"2\",\"cpuMode\":\"custom\"},"
        + "\"memory\":{\"size\":\"2048\"},\"bootDev\":[\"hd\",\"cdrom\"],"
        + "\"network\":{\"mac\":\"0c:da\",\"vsId\":\"1\",\"vsName\":\"vswitch0\",\"profileId\":\"1\","
        + "\"deviceModel\":\"virtio\"},"
        + "\"storage\":"
        + storage
        + ",\"graphics\":{\"type\":\"vnc\",\"password\":\"geheim\"},\"newField\":{\"x\":\"1\"}}";
  }

  /** Scripts VM 1 in this state with these storage entries. */
  static ScriptedCvm vm(ScriptedCvm cvm, String status, String more, String storage) {
    return cvm.now("GET /vm/1", basic(status, more))
        .now("GET /vm/detail/1", detail(storage))
        .now("GET /host/id/1", HOST)
        .now("GET /version", "{\"casVersion\":\"E0785P03\"}");
  }
}
