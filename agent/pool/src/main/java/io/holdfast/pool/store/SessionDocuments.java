package io.holdfast.pool.store;

import io.holdfast.pool.chunk.Codec;
import io.holdfast.pool.chunk.Compression;
import io.holdfast.pool.document.SessionDiskDocument;
import io.holdfast.pool.document.SessionDocument;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/** Session specs as stored. */
final class SessionDocuments {
  private SessionDocuments() {}

  /**
   * @param generation of garbage collection now
   */
  static SessionDocument of(SessionSpec spec, long generation) {
    SessionDocument.Builder document =
        SessionDocument.newBuilder()
            .setSessionId(spec.sessionId().toString())
            .setType(ManifestSummaries.stored(spec.type()))
            .setBaseRestorePointId(spec.base().map(UUID::toString).orElse(""))
            .setPreviousRestorePointId(spec.previous().map(UUID::toString).orElse(""))
            .setCodec(spec.compression().codec().number())
            .setLevel(spec.compression().level())
            .setGeneration(generation)
            .setDocument(spec.document());
    for (SessionDisk disk : spec.disks()) {
      document.addDisks(
          SessionDiskDocument.newBuilder()
              .setDiskKey(disk.diskKey())
              .setSizeBytes(disk.sizeBytes()));
    }
    return document.build();
  }

  static SessionSpec spec(SessionDocument document) {
    List<SessionDisk> disks =
        document.getDisksList().stream()
            .map(disk -> new SessionDisk(disk.getDiskKey(), disk.getSizeBytes()))
            .toList();
    Codec codec =
        Arrays.stream(Codec.values())
            .filter(candidate -> candidate.number() == document.getCodec())
            .findFirst()
            .orElse(Codec.NONE);
    return new SessionSpec(
        UUID.fromString(document.getSessionId()),
        ManifestSummaries.type(document.getType()),
        ManifestSummaries.id(document.getBaseRestorePointId()),
        ManifestSummaries.id(document.getPreviousRestorePointId()),
        disks,
        new Compression(codec, document.getLevel()),
        document.getDocument());
  }

  /** Whether two specs mean the same restore point; the owners' documents are not looked at. */
  static boolean agree(SessionDocument one, SessionDocument other) {
    return one.toBuilder()
        .clearDocument()
        .clearGeneration()
        .build()
        .equals(other.toBuilder().clearDocument().clearGeneration().build());
  }
}
