package io.holdfast.agent.restore;

import com.google.protobuf.InvalidProtocolBufferException;
import io.holdfast.agent.protocol.Notice;
import io.holdfast.agent.protocol.RestoreMode;
import io.holdfast.agent.protocol.RestoreRequest;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Properties;

/**
 * What a restore session made so far. Immutable; each step stores a new one.
 *
 * @param request as asked, without the password
 * @param phase how far it came
 * @param vm the VM whose disks are written
 * @param disks the chosen disks
 * @param notices told so far
 * @param shutdown the running VM that was asked to shut down; empty while none was
 * @param safety the snapshot of the VM from before its disks are overwritten; empty without one
 */
record RestoreRecord(
    RestoreRequest request,
    Phase phase,
    Vm vm,
    List<Disk> disks,
    List<Notice> notices,
    Optional<Shutdown> shutdown,
    Optional<SafetySnapshot> safety) {
  RestoreRecord {
    disks = List.copyOf(disks);
    notices = List.copyOf(notices);
  }

  /** How far a session came. */
  enum Phase {
    /** Something may have been made that is not in the record yet. */
    MAKING,
    /** The target exists. */
    MADE,
    /** All data is there and the VM is as it was asked for. */
    FINISHED
  }

  /**
   * The VM that is restored to.
   *
   * @param id empty before it was made
   * @param name unique name
   * @param created by this session
   */
  record Vm(String id, String name, boolean created) {}

  /**
   * A VM that ran and was asked to shut down. Stored before it is asked: whatever becomes of the
   * request, and of this process, an undo knows that the VM has to run again.
   *
   * @param vmId which one: the VM restored to, or the one that is replaced
   * @param vmName its name
   * @param askedAt when, by the agent's clock
   */
  record Shutdown(String vmId, String vmName, Instant askedAt) {}

  /**
   * A disk that is restored.
   *
   * @param sourceKey of the restore point
   * @param targetKey of the VM restored to; empty before it was made
   * @param volumeName of one that was created, or chosen and attached; empty for the VM's own
   * @param created by this session
   * @param fresh reads as zero where nothing was written
   * @param targetBytes size of a disk of another VM that may be larger than the backup's; 0: as
   *     large
   */
  record Disk(
      String sourceKey,
      String targetKey,
      String volumeName,
      boolean created,
      boolean fresh,
      long targetBytes) {

    /** A disk that the VM has, of the size of the backup's or a larger one. */
    static Disk inPlace(String sourceKey, String targetKey, long targetBytes) {
      return new Disk(sourceKey, targetKey, "", false, false, targetBytes);
    }

    /** A disk that the VM had before; else this session created it or attached a chosen volume. */
    boolean inPlace() {
      return volumeName.isEmpty();
    }
  }

  /**
   * A snapshot of the VM as it was before the restore (HIK-05). Stored before it is asked for, so
   * that an undo knows of it whatever becomes of this process.
   *
   * @param name on the platform
   */
  record SafetySnapshot(String name, State state) {
    /** How far it came. */
    enum State {
      /** It may be there or not; nothing was written yet. */
      WANTED,
      /** It is there. */
      TAKEN,
      /** The VM may have been rolled back to it; it was not started since. */
      REVERTING
    }
  }

  RestoreRecord in(Phase next) {
    return new RestoreRecord(request, next, vm, disks, notices, shutdown, safety);
  }

  RestoreRecord of(Vm other) {
    return new RestoreRecord(request, phase, other, disks, notices, shutdown, safety);
  }

  RestoreRecord with(Disk disk) {
    List<Disk> all = new ArrayList<>(disks);
    all.removeIf(each -> each.sourceKey().equals(disk.sourceKey()));
    all.add(disk);
    return new RestoreRecord(request, phase, vm, all, notices, shutdown, safety);
  }

  RestoreRecord with(Notice notice) {
    List<Notice> all = new ArrayList<>(notices);
    if (!all.contains(notice)) {
      all.add(notice);
    }
    return new RestoreRecord(request, phase, vm, disks, all, shutdown, safety);
  }

  /** Empty: another session answers for the VM now. */
  RestoreRecord with(Optional<Shutdown> asked) {
    return new RestoreRecord(request, phase, vm, disks, notices, asked, safety);
  }

  RestoreRecord with(SafetySnapshot taken) {
    return new RestoreRecord(request, phase, vm, disks, notices, shutdown, Optional.of(taken));
  }

  /** Nothing of an existing VM's own disks can have been overwritten. */
  boolean untouched() {
    return vm.created() || phase == Phase.MAKING || request.getMode() == RestoreMode.NEW_DISK;
  }

  Optional<Disk> disk(String sourceKey) {
    return disks.stream().filter(each -> each.sourceKey().equals(sourceKey)).findFirst();
  }

  /** As stored. */
  byte[] toBytes() {
    Properties text = new Properties();
    text.setProperty("request", base64(request.toByteArray()));
    text.setProperty("phase", phase.name());
    text.setProperty("vm.id", vm.id());
    text.setProperty("vm.name", vm.name());
    text.setProperty("vm.created", Boolean.toString(vm.created()));
    shutdown.ifPresent(
        asked -> {
          text.setProperty("shutdown.vm.id", asked.vmId());
          text.setProperty("shutdown.vm.name", asked.vmName());
          text.setProperty("shutdown.asked", Long.toString(asked.askedAt().toEpochMilli()));
        });
    safety.ifPresent(
        taken -> {
          text.setProperty("safety.name", taken.name());
          text.setProperty("safety.state", taken.state().name());
        });
    for (int i = 0; i < disks.size(); i++) {
      String prefix = "disk." + i + ".";
      text.setProperty(prefix + "source", disks.get(i).sourceKey());
      text.setProperty(prefix + "target", disks.get(i).targetKey());
      text.setProperty(prefix + "volume", disks.get(i).volumeName());
      text.setProperty(prefix + "created", Boolean.toString(disks.get(i).created()));
      text.setProperty(prefix + "fresh", Boolean.toString(disks.get(i).fresh()));
      text.setProperty(prefix + "bytes", Long.toString(disks.get(i).targetBytes()));
    }
    for (int i = 0; i < notices.size(); i++) {
      text.setProperty("notice." + i, base64(notices.get(i).toByteArray()));
    }
    StringWriter out = new StringWriter();
    try {
      text.store(out, null);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return out.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** As read back. */
  static RestoreRecord ofBytes(byte[] bytes) throws IOException {
    Properties text = new Properties();
    text.load(new StringReader(new String(bytes, StandardCharsets.UTF_8)));
    List<Disk> disks = new ArrayList<>();
    for (int i = 0; text.containsKey("disk." + i + ".source"); i++) {
      String prefix = "disk." + i + ".";
      disks.add(
          new Disk(
              text.getProperty(prefix + "source"),
              text.getProperty(prefix + "target"),
              text.getProperty(prefix + "volume"),
              Boolean.parseBoolean(text.getProperty(prefix + "created")),
              Boolean.parseBoolean(text.getProperty(prefix + "fresh")),
              Long.parseLong(text.getProperty(prefix + "bytes", "0"))));
    }
    List<Notice> notices = new ArrayList<>();
    for (int i = 0; text.containsKey("notice." + i); i++) {
      notices.add(notice(text.getProperty("notice." + i)));
    }
    return new RestoreRecord(
        RestoreRequest.parseFrom(unbase64(text.getProperty("request"))),
        Phase.valueOf(text.getProperty("phase")),
        new Vm(
            text.getProperty("vm.id"),
            text.getProperty("vm.name"),
            Boolean.parseBoolean(text.getProperty("vm.created"))),
        disks,
        notices,
        shutdown(text),
        safety(text));
  }

  private static Optional<SafetySnapshot> safety(Properties text) {
    return Optional.ofNullable(text.getProperty("safety.name"))
        .map(
            name ->
                new SafetySnapshot(
                    name, SafetySnapshot.State.valueOf(text.getProperty("safety.state"))));
  }

  private static Optional<Shutdown> shutdown(Properties text) {
    return Optional.ofNullable(text.getProperty("shutdown.vm.id"))
        .map(
            id ->
                new Shutdown(
                    id,
                    text.getProperty("shutdown.vm.name"),
                    Instant.ofEpochMilli(Long.parseLong(text.getProperty("shutdown.asked")))));
  }

  private static Notice notice(String text) throws InvalidProtocolBufferException {
    return Notice.parseFrom(unbase64(text));
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  private static byte[] unbase64(String text) {
    return Base64.getDecoder().decode(text);
  }
}
