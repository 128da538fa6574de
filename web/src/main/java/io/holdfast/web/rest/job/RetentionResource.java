package io.holdfast.web.rest.job;

import io.holdfast.agent.protocol.RemovalPreview;
import io.holdfast.server.retention.RetentionPreview;
import io.holdfast.server.retention.RetentionService;
import io.holdfast.web.rest.Paged;
import io.holdfast.web.rest.Required;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;

/** {@code /retention/{job}}: what retention would remove and why the rest stays (POOL-09). */
@Path("/retention/{job}")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class RetentionResource {
  @Inject private RetentionService retention;

  /** A restore point; {@code keptFor} is why it stays. */
  public record Point(
      String id, String createdAt, String type, boolean goes, List<String> keptFor) {
    static Point of(RetentionPreview.Point row) {
      return new Point(
          row.point().id().value(),
          row.point().createdAt().toString(),
          row.point().type().name(),
          row.goes(),
          row.reasons().stream().map(Enum::name).toList());
    }
  }

  /** A VM; {@code heldBack} says why nothing goes although the rules would let some. */
  public record Vm(
      String poolId,
      String platformId,
      String vmId,
      String vmName,
      String heldBack,
      List<Point> points) {
    static Vm of(RetentionPreview.Vm vm) {
      return new Vm(
          vm.pool().value(),
          vm.vm().platformId(),
          vm.vm().vmId(),
          vm.vm().vmName(),
          vm.heldBack().map(Enum::name).orElse(""),
          vm.points().stream().map(Point::of).toList());
    }
  }

  /** The preview; {@code freedBytes} is -1 when it could not be measured. */
  public record Preview(List<Vm> items, long total, long going, long freedBytes) {}

  @GET
  public Preview preview(@PathParam("job") String job, @BeanParam Paged.Part part) {
    RetentionPreview preview = retention.preview(Required.id("job", job), part.request());
    return new Preview(
        preview.vms().stream().map(Vm::of).toList(),
        preview.totalVms(),
        preview.going(),
        preview.freed().map(RetentionResource::bytes).orElse(-1L));
  }

  private static long bytes(RemovalPreview freed) {
    return freed.getPackBytes() + freed.getFileBytes();
  }
}
