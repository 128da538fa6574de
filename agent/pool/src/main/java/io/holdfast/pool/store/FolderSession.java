package io.holdfast.pool.store;

import com.google.protobuf.ByteString;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.pool.chunk.ChunkId;
import io.holdfast.pool.chunk.ChunkStage;
import io.holdfast.pool.document.ManifestDisk;
import io.holdfast.pool.document.OwnerDocument;
import io.holdfast.pool.document.SealDocument;
import io.holdfast.pool.format.PoolScope;
import io.holdfast.pool.manifest.ManifestFile;
import io.holdfast.pool.pack.PackPlace;
import io.holdfast.pool.plan.Gap;
import io.holdfast.pool.plan.PlanFile;
import io.holdfast.pool.plan.PlanItem;
import io.holdfast.pool.plan.PlanTarget;
import io.holdfast.pool.plan.StreamPlanSummary;
import io.holdfast.pool.store.SessionSealing.CoveredDisk;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/** A session in the pool's folder. */
final class FolderSession implements BackupSession {
  private static final Pattern DOCUMENT_NAME = Pattern.compile("[a-z0-9-]{1,40}");

  private final FolderPool pool;
  private final PoolScope scope;
  private final SessionFolder folder;
  private final SessionSpec spec;
  private final Map<Integer, PlanFile> plans = new TreeMap<>();
  private final Map<String, FolderStreamWriter> streams = new ConcurrentHashMap<>();
  private final Optional<SessionFinder> finder;
  private final Optional<FolderRestorePoint> previous;
  private Optional<FolderRestorePoint> base = Optional.empty();
  private Optional<SealDocument> sealing;
  private volatile boolean open = true;
  private volatile boolean retired;

  FolderSession(FolderPool pool, SessionFolder folder) {
    this.pool = pool;
    this.scope = pool.scope();
    this.folder = folder;
    this.spec = SessionDocuments.spec(folder.session());
    this.sealing = folder.seal();
    this.finder = pool.known().map(chunks -> chunks.finder(folder));
    this.previous = openPrevious();
    for (int i = 0; i < spec.disks().size(); i++) {
      if (scope.files().exists(folder.plan(i))) {
        plans.put(i, PlanFile.open(scope, folder.plan(i), spec.sessionId()));
      }
    }
  }

  @Override
  public SessionSpec spec() {
    return spec;
  }

  /** It will be closed; whoever wants it must open it anew. */
  void retire() {
    retired = true;
  }

  /** Open and to stay so, and no stream of it has failed. */
  boolean isUsable() {
    return open && !retired && streams.values().stream().noneMatch(FolderStreamWriter::hasFailed);
  }

  @Override
  public synchronized void storeDocument(String name, ByteString document) {
    requireOpen();
    requireDocumentName(name);
    folder.storeOwnerDocument(name, OwnerDocument.newBuilder().setBody(document).build());
  }

  @Override
  public synchronized Optional<ByteString> document(String name) {
    requireOpen();
    requireDocumentName(name);
    return folder.ownerDocument(name).map(OwnerDocument::getBody);
  }

  private static void requireDocumentName(String name) {
    if (!DOCUMENT_NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("not a document name: " + name);
    }
  }

  @Override
  public synchronized List<StreamPlanSummary> storePlan(
      String diskKey, Gap gap, List<? extends Iterable<PlanItem>> itemStreams) {
    requireOpen();
    int number = diskNumber(diskKey);
    SessionDisk disk = spec.disks().get(number);
    PlanTarget target = new PlanTarget(number, disk.sizeBytes(), gap);
    PlanFile known = plans.get(number);
    if (known != null) {
      if (!known.isSame(scope, spec.sessionId(), target, itemStreams)) {
        throw BackupException.of(
            ErrorCode.SESSION_PLAN_CONFLICT, "session", spec.sessionId(), "disk", diskKey);
      }
      return known.summaries();
    }
    if (gap == Gap.BASE) {
      requireBaseDisk(disk);
    }
    PlanFile.store(scope, folder.plan(number), spec.sessionId(), target, itemStreams);
    PlanFile stored = PlanFile.open(scope, folder.plan(number), spec.sessionId());
    plans.put(number, stored);
    return stored.summaries();
  }

  private void requireBaseDisk(SessionDisk disk) {
    long baseSize = baseDisk(disk.diskKey()).sizeBytes();
    if (baseSize != disk.sizeBytes()) {
      throw BackupException.of(
          ErrorCode.DISK_SIZE_CHANGED,
          "disk",
          disk.diskKey(),
          "expected",
          baseSize,
          "actual",
          disk.sizeBytes());
    }
  }

  private FolderDiskReader baseDisk(String diskKey) {
    if (base.isEmpty()) {
      UUID id =
          spec.base()
              .orElseThrow(
                  () ->
                      BackupException.of(
                          ErrorCode.RESTORE_POINT_NOT_FOUND,
                          "id",
                          "-",
                          "folder",
                          scope.tree().root()));
      base = Optional.of(FolderRestorePoint.open(scope, id, pool.chunkReader()));
    }
    return base.get().disk(diskKey);
  }

  private int diskNumber(String diskKey) {
    for (int i = 0; i < spec.disks().size(); i++) {
      if (spec.disks().get(i).diskKey().equals(diskKey)) {
        return i;
      }
    }
    throw BackupException.of(ErrorCode.NOT_FOUND, "what", "Disk", "id", diskKey);
  }

  @Override
  public synchronized Optional<List<StreamPlanSummary>> plan(String diskKey) {
    requireOpen();
    return Optional.ofNullable(plans.get(diskNumber(diskKey))).map(PlanFile::summaries);
  }

  @Override
  public List<PlanItem> planItems(String diskKey, int stream, long fromOrdinal, int limit) {
    PlanFile plan;
    synchronized (this) {
      requireOpen();
      plan = requirePlan(diskNumber(diskKey));
    }
    return plan.items(stream, fromOrdinal, limit);
  }

  private PlanFile requirePlan(int diskNumber) {
    PlanFile plan = plans.get(diskNumber);
    if (plan == null) {
      throw incomplete(spec.disks().get(diskNumber).diskKey(), 0, 0);
    }
    return plan;
  }

  private BackupException incomplete(String diskKey, int stream, long ordinal) {
    return BackupException.of(
        ErrorCode.SESSION_INCOMPLETE,
        "session",
        spec.sessionId(),
        "disk",
        diskKey,
        "stream",
        stream,
        "ordinal",
        ordinal);
  }

  @Override
  public synchronized FolderStreamWriter stream(String diskKey, int stream) {
    requireOpen();
    int number = diskNumber(diskKey);
    PlanFile plan = requirePlan(number);
    if (stream < 0 || stream >= plan.summaries().size()) {
      throw BackupException.of(
          ErrorCode.NOT_FOUND, "what", "Stream of disk " + diskKey, "id", stream);
    }
    return streams.computeIfAbsent(
        number + "-" + stream,
        key ->
            new FolderStreamWriter(
                new StreamPlace(
                    scope,
                    folder,
                    spec.sessionId(),
                    new StreamPlace.Disk(number, diskKey),
                    stream,
                    spec.compression()),
                inputs(plan, diskKey),
                sealing.isPresent(),
                () -> open));
  }

  private StreamInputs inputs(PlanFile plan, String diskKey) {
    return new StreamInputs(
        plan,
        baseOf(plan, diskKey),
        previous.flatMap(point -> point.findDisk(diskKey)),
        finder.map(ChunkFinder.class::cast).orElse(ChunkFinder.NONE),
        finder.isPresent());
  }

  /** It only makes lookups faster: one that is gone or damaged is gone without. */
  private Optional<FolderRestorePoint> openPrevious() {
    try {
      return finder.isPresent()
          ? spec.previous().map(id -> FolderRestorePoint.open(scope, id, pool.chunkReader()))
          : Optional.empty();
    } catch (BackupException unusable) {
      return Optional.empty();
    }
  }

  /** Packs that are finished, in this process. */
  List<UUID> finishedPacks() {
    return finder.map(SessionFinder::ownPacks).orElse(List.of());
  }

  @Override
  public BitSet known(List<ChunkId> chunks) {
    BitSet result = new BitSet(chunks.size());
    List<Optional<PackPlace>> places = finder.isPresent() ? finder.get().find(chunks) : List.of();
    for (int i = 0; i < places.size(); i++) {
      result.set(i, places.get(i).isPresent());
    }
    return result;
  }

  @Override
  public ChunkStage newStage() {
    return new ChunkStage(spec.compression(), scope.chunkBytes(), scope.requireKeys());
  }

  private Optional<FolderDiskReader> baseOf(PlanFile plan, String diskKey) {
    return plan.target().gap() == Gap.BASE ? Optional.of(baseDisk(diskKey)) : Optional.empty();
  }

  @Override
  public synchronized ManifestSummary seal(SealSpec seal) {
    if (!ManifestFile.exists(scope, spec.sessionId())) {
      requireOpen();
      pool.checkLease();
      List<CoveredDisk> disks = coveredDisks();
      SealDocument packs = decideToSeal(disks);
      SessionSealing steps = new SessionSealing(scope, folder, spec, packs);
      pool.known().ifPresent(chunks -> chunks.placing(packs));
      steps.placePacks();
      pool.known().ifPresent(chunks -> chunks.placed(SessionSealing.packs(packs)));
      List<ManifestDisk> described = new ArrayList<>();
      for (CoveredDisk disk : disks) {
        ByteString document =
            seal.diskDocuments().getOrDefault(disk.disk().diskKey(), ByteString.EMPTY);
        described.add(steps.writeMap(disk, document));
      }
      pool.checkLease();
      steps.writeManifest(described, seal, pool.clock());
    }
    ManifestSummary summary = ManifestSummaries.of(ManifestFile.read(scope, spec.sessionId()));
    if (pool.known().isPresent() && sealing.isPresent()) {
      pool.known().get().sealed(SessionSealing.packs(sealing.get()));
    }
    close();
    pool.forget(spec.sessionId());
    folder.abandon();
    return summary;
  }

  private List<CoveredDisk> coveredDisks() {
    List<CoveredDisk> result = new ArrayList<>();
    for (int number = 0; number < spec.disks().size(); number++) {
      SessionDisk disk = spec.disks().get(number);
      PlanFile plan = requirePlan(number);
      List<FolderStreamWriter> writers = new ArrayList<>();
      for (StreamPlanSummary summary : plan.summaries()) {
        FolderStreamWriter writer = stream(disk.diskKey(), summary.stream());
        requireCovered(writer, summary, disk.diskKey());
        writers.add(writer);
      }
      result.add(new CoveredDisk(number, disk, plan, writers, baseOf(plan, disk.diskKey())));
    }
    return result;
  }

  private void requireCovered(
      FolderStreamWriter writer, StreamPlanSummary summary, String diskKey) {
    for (long ordinal = 0; ordinal < summary.extentCount(); ordinal++) {
      if (!writer.covers(ordinal)) {
        throw incomplete(diskKey, summary.stream(), ordinal);
      }
    }
  }

  private SealDocument decideToSeal(List<CoveredDisk> disks) {
    if (sealing.isEmpty()) {
      SealDocument.Builder packs = SealDocument.newBuilder();
      for (CoveredDisk disk : disks) {
        disk.streams().forEach(stream -> packs.addAllPacks(stream.finish()));
      }
      folder.storeSeal(packs.build());
      sealing = Optional.of(packs.build());
    }
    return sealing.get();
  }

  @Override
  public void abandon() {
    close();
    pool.abandonSession(spec.sessionId());
  }

  private void requireOpen() {
    if (!open) {
      throw BackupException.of(ErrorCode.SESSION_NOT_OPEN, "session", spec.sessionId());
    }
  }

  @Override
  public synchronized void close() {
    open = false;
    streams.values().forEach(FolderStreamWriter::close);
    streams.clear();
    plans.values().forEach(PlanFile::close);
    plans.clear();
    base.ifPresent(FolderRestorePoint::close);
    base = Optional.empty();
    previous.ifPresent(FolderRestorePoint::close);
  }
}
