package io.holdfast.simulator.vm;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is remembered of a VM's changed block tracking; a mutable tree for Jackson, guarded by
 * {@link Tracking}.
 */
final class TrackingState {
  public boolean enabled;
  public boolean valid;
  public String reason = "disabled";
  public int lastNumber;
  public Map<String, List<Segment>> devices = new LinkedHashMap<>();
  public Set<String> lostIds = new LinkedHashSet<>();

  /**
   * The writes from a tracking point to the next one. {@code areas} is null while they are only in
   * QEMU's bitmap.
   */
  static final class Segment {
    public String bitmapId;
    public String snapshot;
    public boolean dropped;
    public List<long[]> areas;
  }

  List<Segment> segments(String device) {
    return devices.computeIfAbsent(device, d -> new ArrayList<>());
  }

  /** The segment that is recording now. */
  Optional<Segment> recording(String device) {
    List<Segment> all = segments(device);
    return all.isEmpty() ? Optional.empty() : Optional.of(all.get(all.size() - 1));
  }

  void forget(String why) {
    devices.values().forEach(list -> list.forEach(s -> lostIds.add(s.bitmapId)));
    devices.clear();
    valid = false;
    reason = why;
  }
}
