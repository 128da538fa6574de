package io.holdfast.system.campaign;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/**
 * A VM as the lab makes it.
 *
 * @param name unique in its simulator
 * @param power what it does when its backup begins
 * @param disks one to three
 */
record VmShape(String name, Power power, List<DiskShape> disks) {
  /** What a VM does. */
  enum Power {
    RUNNING("running"),
    SHUT_OFF("shutOff"),
    PAUSED("paused"),
    HIBERNATED("hibernated"),
    MIGRATING("migrating");

    private final String state;

    Power(String state) {
      this.state = state;
    }
  }

  static VmShape drawn(String name, Random random) {
    int many = 1 + random.nextInt(3);
    int power = random.nextInt(20);
    return new VmShape(
        name,
        power < 12
            ? Power.RUNNING
            : power < 17 ? Power.SHUT_OFF : Power.values()[2 + random.nextInt(3)],
        Stream.generate(() -> DiskShape.drawn(random)).limit(many).toList());
  }

  /** The lab's words for it. */
  Map<String, Object> order() {
    return Map.of(
        "name",
        name,
        "title",
        "随机 " + name,
        "state",
        power.state,
        "bios",
        name.hashCode() % 5 == 0 ? "UEFI" : "BIOS",
        "disks",
        disks.stream().map(DiskShape::order).toList());
  }
}
