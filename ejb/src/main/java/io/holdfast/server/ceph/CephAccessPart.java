package io.holdfast.server.ceph;

import io.holdfast.agent.protocol.PlatformAccess;
import io.holdfast.server.agent.AgentId;
import io.holdfast.server.inventory.PlatformAccessPart;
import io.holdfast.server.inventory.PlatformId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

/** Tells an agent the Ceph pools that it reaches itself (RES-03, HIK-06). */
@ApplicationScoped
public class CephAccessPart implements PlatformAccessPart {
  @Inject CephStorageRepository storages;

  @Override
  public void addTo(PlatformAccess.Builder access, PlatformId platform, AgentId agent) {
    storages.of(platform).stream()
        .map(CephStorage::settings)
        .filter(storage -> storage.backupHost().equals(agent))
        .forEach(storage -> access.addCephStorages(storage.toProtocol()));
  }
}
