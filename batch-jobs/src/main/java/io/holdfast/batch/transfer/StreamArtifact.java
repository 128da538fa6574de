package io.holdfast.batch.transfer;

import jakarta.batch.api.BatchProperty;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.literal.NamedLiteral;
import jakarta.inject.Inject;
import java.util.UUID;

/** What reader, processor and writer of one partition have in common: their stream and channel. */
abstract class StreamArtifact {
  @Inject
  @BatchProperty(name = "taskId")
  private String taskId;

  @Inject
  @BatchProperty(name = "diskNo")
  private String diskNo;

  @Inject
  @BatchProperty(name = "diskKey")
  private String diskKey;

  @Inject
  @BatchProperty(name = "streamNo")
  private String streamNo;

  @Inject
  @BatchProperty(name = "channel")
  private String channelName;

  @Inject @Any private Instance<ExtentChannel> channels;

  private StreamRef stream;
  private ExtentChannel channel;

  /** The partition's stream. */
  final StreamRef stream() {
    if (stream == null) {
      stream =
          new StreamRef(
              UUID.fromString(taskId),
              Integer.parseInt(diskNo),
              diskKey,
              Integer.parseInt(streamNo));
    }
    return stream;
  }

  /** The job's channel to the agent. */
  final ExtentChannel channel() {
    if (channel == null) {
      channel = channels.select(NamedLiteral.of(channelName)).get();
    }
    return channel;
  }
}
