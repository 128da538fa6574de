package io.holdfast.agent.storage.link;

import io.grpc.ManagedChannel;
import io.grpc.TlsChannelCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.holdfast.agent.enrolment.CurrentIdentity;
import io.holdfast.agent.enrolment.PinnedAuthority;
import io.holdfast.agent.protocol.StorageAddress;
import io.holdfast.agent.storage.StorageMethods;
import io.holdfast.agent.transfer.SpanBuffers;
import io.holdfast.agent.transfer.TransferResources;
import io.holdfast.agent.transfer.TransferWorkers;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The connection to one storage agent and the workers of everything that goes over it: where they
 * wait for that agent nobody else waits with them. Reconnects by itself. Thread-safe.
 */
final class StorageLink implements AutoCloseable {
  private static final int KEEP_ALIVE_SECONDS = 10;
  private static final int ARENA_BYTES = 32 << 20;

  private final StorageAddress address;
  private final String hostName;
  private final ManagedChannel channel;
  private final SpanBuffers buffers = new SpanBuffers(ARENA_BYTES);
  private final TransferWorkers encoders =
      new TransferWorkers("holdfast-link-encode", TransferWorkers.perProcessor() + 1);
  private final TransferWorkers decoders =
      new TransferWorkers("holdfast-link-decode", 2 * TransferWorkers.perProcessor());
  private final ScheduledThreadPoolExecutor timer;

  /**
   * @param hostName how messages name this host
   */
  StorageLink(StorageAddress address, CurrentIdentity identity, String hostName) {
    this.address = address;
    this.hostName = hostName;
    this.timer =
        new ScheduledThreadPoolExecutor(
            1,
            work -> {
              Thread thread = new Thread(work, "holdfast-link-timer");
              thread.setDaemon(true);
              return thread;
            });
    timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    timer.setRemoveOnCancelPolicy(true);
    this.channel =
        NettyChannelBuilder.forAddress(
                address.getAddress(),
                address.getPort(),
                TlsChannelCredentials.newBuilder()
                    .keyManager(identity)
                    .trustManager(
                        PinnedAuthority.ofAgent(identity.get().authority(), address.getAgentId()))
                    .build())
            .directExecutor()
            .disableRetry()
            .flowControlWindow(StorageMethods.FLOW_WINDOW_BYTES)
            .maxInboundMessageSize(StorageMethods.MAX_MESSAGE_BYTES)
            .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
            .keepAliveTimeout(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
            .build();
  }

  ManagedChannel channel() {
    return channel;
  }

  ScheduledExecutorService timer() {
    return timer;
  }

  /** What sessions over this link work with. */
  TransferResources resources(TransferResources shared) {
    return new TransferResources(buffers, shared.lanes(), encoders, decoders, shared.throttles());
  }

  /** Both ends, as messages name them. */
  Map<String, String> ends() {
    return Map.of(
        "host",
        hostName,
        "agent",
        address.getName(),
        "address",
        address.getAddress(),
        "port",
        Integer.toString(address.getPort()));
  }

  @Override
  public void close() {
    timer.shutdown();
    encoders.close();
    decoders.close();
    channel.shutdown();
    try {
      if (!channel.awaitTermination(2, TimeUnit.SECONDS)) {
        channel.shutdownNow();
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      channel.shutdownNow();
    }
  }
}
