package io.holdfast.server.ceph;

import io.holdfast.server.agent.AgentId;
import io.holdfast.server.inventory.PlatformId;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;

/** RES-03: a Ceph pool of a platform that was reached with these settings when they were saved. */
@Entity
@Table(name = "ceph_storage")
public class CephStorage {
  @Id private String id;

  @Column(name = "platform_id", nullable = false, updatable = false)
  private String platformId;

  @Column(name = "agent_id", nullable = false)
  private String agentId;

  @Column(name = "pool_name", nullable = false)
  private String pool;

  @Column(name = "client_id", nullable = false)
  private String clientId;

  @Column(name = "configuration_file", nullable = false)
  private String configuration;

  @Column(name = "keyring_file", nullable = false)
  private String keyring;

  @Column(name = "volume_template", nullable = false)
  private String volumeTemplate;

  @Column(name = "snapshot_template", nullable = false)
  private String snapshotTemplate;

  @Column(name = "instance_template", nullable = false)
  private String instanceTemplate;

  @Column(name = "search_by_object_map", nullable = false)
  private boolean searchByObjectMap;

  @Column(name = "created_at", nullable = false, updatable = false)
  private Instant createdAt;

  @Version private long version;

  /** For JPA. */
  protected CephStorage() {}

  CephStorage(
      CephStorageId id, PlatformId platform, CephStorageSettings settings, Instant createdAt) {
    this.id = id.value();
    this.platformId = platform.value();
    this.createdAt = createdAt;
    change(settings);
  }

  final void change(CephStorageSettings settings) {
    agentId = settings.backupHost().value();
    pool = settings.pool();
    clientId = settings.login().clientId();
    configuration = settings.login().configuration();
    keyring = settings.login().keyring();
    volumeTemplate = settings.templates().volume();
    snapshotTemplate = settings.templates().snapshot();
    instanceTemplate = settings.templates().instance();
    searchByObjectMap = settings.searchByObjectMap();
  }

  public CephStorageId id() {
    return new CephStorageId(id);
  }

  public PlatformId platform() {
    return new PlatformId(platformId);
  }

  /** What it was saved with. */
  public CephStorageSettings settings() {
    return new CephStorageSettings(
        pool,
        new AgentId(agentId),
        new CephStorageSettings.Login(clientId, configuration, keyring),
        new CephStorageSettings.Templates(volumeTemplate, snapshotTemplate, instanceTemplate),
        searchByObjectMap);
  }
}
