package io.holdfast.agent.storage;

import io.holdfast.agent.protocol.ExtentStored;
import io.holdfast.agent.protocol.PlanStored;
import io.holdfast.agent.protocol.SessionSpecification;
import io.holdfast.agent.protocol.SpecifiedDisk;
import io.holdfast.agent.protocol.StoredPlanItem;
import io.holdfast.agent.protocol.StoredStreamPlan;
import io.holdfast.model.ByteRange;
import io.holdfast.model.Extent;
import io.holdfast.pool.chunk.Codec;
import io.holdfast.pool.chunk.Compression;
import io.holdfast.pool.plan.PlanItem;
import io.holdfast.pool.plan.StreamPlanSummary;
import io.holdfast.pool.store.ExtentResult;
import io.holdfast.pool.store.RestorePointType;
import io.holdfast.pool.store.SessionDisk;
import io.holdfast.pool.store.SessionSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Sessions, plans and receipts as the protocol tells them. */
public final class SessionTexts {
  private SessionTexts() {}

  public static SessionSpecification of(SessionSpec spec) {
    SessionSpecification.Builder result =
        SessionSpecification.newBuilder()
            .setType(spec.type().ordinal())
            .setBaseRestorePointId(spec.base().map(UUID::toString).orElse(""))
            .setPreviousRestorePointId(spec.previous().map(UUID::toString).orElse(""))
            .setCodec(spec.compression().codec().number())
            .setLevel(spec.compression().level())
            .setDocument(spec.document());
    for (SessionDisk disk : spec.disks()) {
      result.addDisks(
          SpecifiedDisk.newBuilder().setDiskKey(disk.diskKey()).setSizeBytes(disk.sizeBytes()));
    }
    return result.build();
  }

  public static SessionSpec spec(UUID sessionId, SessionSpecification told) {
    return new SessionSpec(
        sessionId,
        RestorePointType.values()[told.getType()],
        id(told.getBaseRestorePointId()),
        id(told.getPreviousRestorePointId()),
        told.getDisksList().stream()
            .map(disk -> new SessionDisk(disk.getDiskKey(), disk.getSizeBytes()))
            .toList(),
        new Compression(Codec.values()[told.getCodec()], told.getLevel()),
        told.getDocument());
  }

  static Optional<UUID> id(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(UUID.fromString(text));
  }

  public static StoredPlanItem of(PlanItem item) {
    StoredPlanItem.Builder result =
        StoredPlanItem.newBuilder().setOffset(item.span().offset()).setLength(item.span().length());
    for (Extent extent : item.ranges()) {
      result
          .addRanges(extent.range().offset() - item.span().offset())
          .addRanges(extent.range().length())
          .addRanges(extent.state() == Extent.State.DATA ? 1 : 0);
    }
    return result.build();
  }

  public static PlanItem item(StoredPlanItem told) {
    List<Extent> ranges = new ArrayList<>(told.getRangesCount() / 3);
    for (int i = 0; i + 2 < told.getRangesCount(); i += 3) {
      ByteRange range = new ByteRange(told.getOffset() + told.getRanges(i), told.getRanges(i + 1));
      ranges.add(
          new Extent(range, told.getRanges(i + 2) == 1 ? Extent.State.DATA : Extent.State.ZERO));
    }
    return new PlanItem(new ByteRange(told.getOffset(), told.getLength()), ranges);
  }

  public static PlanStored of(List<StreamPlanSummary> streams) {
    PlanStored.Builder result = PlanStored.newBuilder().setFound(true);
    for (StreamPlanSummary stream : streams) {
      result.addStreams(
          StoredStreamPlan.newBuilder()
              .setStream(stream.stream())
              .setExtentCount(stream.extentCount())
              .setReadBytes(stream.readBytes())
              .setDigest(stream.digest()));
    }
    return result.build();
  }

  public static List<StreamPlanSummary> plan(PlanStored told) {
    return told.getStreamsList().stream()
        .map(
            stream ->
                new StreamPlanSummary(
                    stream.getStream(),
                    stream.getExtentCount(),
                    stream.getReadBytes(),
                    stream.getDigest()))
        .toList();
  }

  public static ExtentStored of(ExtentResult result) {
    return ExtentStored.newBuilder()
        .setOrdinal(result.ordinal())
        .setReadBytes(result.readBytes())
        .setZeroBytes(result.zeroBytes())
        .setStoredBytes(result.storedBytes())
        .setChunks(result.chunks())
        .setNewChunks(result.newChunks())
        .setNewBytes(result.newBytes())
        .setKnownChunks(result.knownChunks())
        .setKnownBytes(result.knownBytes())
        .setReplayed(result.replayed())
        .build();
  }

  public static ExtentResult result(ExtentStored told) {
    return new ExtentResult(
        told.getOrdinal(),
        told.getReadBytes(),
        told.getZeroBytes(),
        told.getStoredBytes(),
        told.getChunks(),
        told.getNewChunks(),
        told.getNewBytes(),
        told.getKnownChunks(),
        told.getKnownBytes(),
        told.getReplayed());
  }
}
