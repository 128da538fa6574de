package io.holdfast.server.restore;

import com.google.protobuf.TextFormat;
import io.holdfast.agent.protocol.RestoreRequest;
import io.holdfast.server.inventory.PlatformId;
import io.holdfast.server.policy.Parallelism;
import io.holdfast.server.speed.SpeedLimits;
import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Converter;

/**
 * A definition as a text column: a line with platform id, disks, VMs and VMs of a host at the same
 * time and speed limits (if any), then the protocol's request in protobuf text format, whose fields
 * outlive versions.
 */
@Converter
public class RestoreDefinitionConverter implements AttributeConverter<RestoreDefinition, String> {
  @Override
  public String convertToDatabaseColumn(RestoreDefinition definition) {
    SpeedLimits limits = definition.options().limits();
    return definition.target().platformId().value()
        + " "
        + parallel(definition.options().parallelism())
        + (limits.isUnlimited() ? "" : " " + limits.text())
        + "\n"
        + TextFormat.printer().printToString(RestoreRequests.toProtocol(definition).build());
  }

  private static String parallel(Parallelism wanted) {
    return wanted.disksPerVm() + "," + wanted.parallelVms() + "," + wanted.vmsPerHost();
  }

  /** An older version kept the disks only. */
  private static Parallelism parallel(String text, int streamsPerDisk) {
    String[] parts = text.split(",");
    Parallelism preset = Parallelism.preset();
    return new Parallelism(
        parts.length > 1 ? Integer.parseInt(parts[1]) : preset.parallelVms(),
        parts.length > 2 ? Integer.parseInt(parts[2]) : preset.vmsPerHost(),
        Integer.parseInt(parts[0]),
        streamsPerDisk);
  }

  @Override
  public RestoreDefinition convertToEntityAttribute(String text) {
    int line = text.indexOf('\n');
    String[] head = text.substring(0, line).split(" ");
    try {
      RestoreRequest request = TextFormat.parse(text.substring(line + 1), RestoreRequest.class);
      return RestoreRequests.ofProtocol(
          request,
          new PlatformId(head[0]),
          parallel(head[1], request.getStreamsPerDisk()),
          SpeedLimits.parse(head.length > 2 ? head[2] : ""));
    } catch (TextFormat.ParseException damaged) {
      throw new IllegalStateException("stored restore definition cannot be read", damaged);
    }
  }
}
