package io.holdfast.batch.transfer;

import io.holdfast.server.run.SessionLimits;
import jakarta.batch.api.BatchProperty;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.literal.NamedLiteral;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/** What reader, processor and writer of one partition have in common: their stream and channel. */
abstract class StreamArtifact {
  /** Extents of one stream under way at the same time. */
  static final int IN_FLIGHT = 4;

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
  @Inject private RunningTransfers running;
  @Inject private SessionLimits limits;

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

  /** What the partition looks at while it waits. */
  final TransferPatience patience() {
    UUID task = stream().taskId();
    return new TransferPatience() {
      @Override
      public boolean isOver() {
        return running.isStopped(task) || running.hasFailed(task);
      }

      @Override
      public Optional<Duration> mayHoldBack() {
        return limits.mayHoldBack(task, IN_FLIGHT);
      }
    };
  }

  /** The job's channel to the agent. */
  final ExtentChannel channel() {
    if (channel == null) {
      channel = channels.select(NamedLiteral.of(channelName)).get();
    }
    return channel;
  }
}
