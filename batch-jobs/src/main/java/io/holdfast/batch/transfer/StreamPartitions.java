package io.holdfast.batch.transfer;

import io.holdfast.error.NoticeCode;
import io.holdfast.server.policy.Parallelism;
import io.holdfast.server.run.TaskFacts;
import io.holdfast.server.run.TaskLifecycle;
import io.holdfast.server.run.TaskState;
import io.holdfast.server.run.TransferLedger;
import io.holdfast.server.run.TransferStream;
import jakarta.batch.api.BatchProperty;
import jakarta.batch.api.partition.PartitionMapper;
import jakarta.batch.api.partition.PartitionPlan;
import jakarta.batch.api.partition.PartitionPlanImpl;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.util.List;
import java.util.Properties;
import java.util.UUID;

/**
 * One partition for each planned stream that has extents, from the stored rows: the engine keeps no
 * plan, and another number of partitions would break a restart. At most as many threads as the
 * options allow (OPT-05, OPT-06).
 */
@Dependent
@Named("streamPartitions")
public class StreamPartitions implements PartitionMapper {
  @Inject
  @BatchProperty(name = "taskId")
  private String taskId;

  @Inject private TransferLedger ledger;
  @Inject private TaskFacts facts;
  @Inject private TaskLifecycle lifecycle;
  @Inject private RunningTransfers transfers;

  @Override
  public PartitionPlan mapPartitions() {
    UUID task = UUID.fromString(taskId);
    Parallelism parallelism = facts.of(task).run().getOptions().parallelism();
    transfers.begin(task, parallelism.disksPerVm());
    List<TransferStream> streams =
        ledger.streams(task).stream().filter(stream -> stream.getExtentCount() > 0).toList();
    lifecycle.advance(task, TaskState.RUNNING);
    long left = streams.stream().mapToLong(stream -> stream.amounts().remainingBytes()).sum();
    lifecycle.info(
        task,
        NoticeCode.VM_TRANSFER_STARTED,
        "vm",
        facts.of(task).task().getVmName(),
        "streams",
        streams.size(),
        "bytes",
        left);
    PartitionPlanImpl plan = new PartitionPlanImpl();
    plan.setPartitions(streams.size());
    plan.setThreads(Math.min(streams.size(), parallelism.streamsPerVm()));
    plan.setPartitionProperties(
        streams.stream().map(StreamPartitions::properties).toArray(Properties[]::new));
    return plan;
  }

  private static Properties properties(TransferStream stream) {
    Properties properties = new Properties();
    properties.setProperty("diskNo", Integer.toString(stream.getDiskNo()));
    properties.setProperty("diskKey", stream.getDiskKey());
    properties.setProperty("streamNo", Integer.toString(stream.getStreamNo()));
    return properties;
  }
}
