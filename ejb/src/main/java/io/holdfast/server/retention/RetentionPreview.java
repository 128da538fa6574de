package io.holdfast.server.retention;

import io.holdfast.agent.protocol.RemovalPreview;
import io.holdfast.server.catalog.ProtectedVm;
import io.holdfast.server.catalog.RestorePoint;
import io.holdfast.server.pool.PoolId;
import java.util.List;
import java.util.Optional;

/**
 * What retention would remove and why the rest stays, as of now (POOL-09).
 *
 * @param vms some of the job's VMs
 * @param totalVms all of them, once for each pool
 * @param freed what removing everything that goes would free; empty when it could not be measured
 */
public record RetentionPreview(List<Vm> vms, long totalVms, Optional<RemovalPreview> freed) {
  public RetentionPreview {
    vms = List.copyOf(vms);
  }

  /**
   * A VM of the job.
   *
   * @param pool where its restore points lie
   * @param vm which one
   * @param heldBack why nothing goes although the rules would let some
   * @param points newest first
   */
  public record Vm(PoolId pool, ProtectedVm vm, Optional<HeldBackBy> heldBack, List<Point> points) {
    public Vm {
      points = List.copyOf(points);
    }
  }

  /**
   * A restore point.
   *
   * @param goes whether it would be removed
   * @param reasons why it stays
   */
  public record Point(RestorePoint point, boolean goes, List<KeptFor> reasons) {
    public Point {
      reasons = List.copyOf(reasons);
    }
  }

  /** How many would go. */
  public long going() {
    return vms.stream().flatMap(vm -> vm.points().stream()).filter(Point::goes).count();
  }
}
