package io.holdfast.server.ceph;

import io.holdfast.agent.protocol.CephStorageAccess;
import io.holdfast.server.agent.AgentId;

/**
 * RES-03: what a person enters for a Ceph pool. Checked by {@link CephStorageService}.
 *
 * @param pool its name in the cluster, by which the platform knows it too
 * @param backupHost the agent that reaches the cluster this way
 * @param login how it reaches it
 * @param templates how images and snapshots are called
 * @param searchByObjectMap the object map narrows the search for data: only for clusters whose
 *     release keeps it right under load
 */
public record CephStorageSettings(
    String pool, AgentId backupHost, Login login, Templates templates, boolean searchByObjectMap) {

  /**
   * Who connects with which file. Holds no secret: the key is in the keyring.
   *
   * @param clientId the part after "client."
   * @param configuration absolute path of {@code ceph.conf} on the backup host
   * @param keyring absolute path there; empty: where the configuration says
   */
  public record Login(String clientId, String configuration, String keyring) {
    /** What the guide names. */
    public static final Login PRESET = new Login("admin", "/etc/ceph/ceph.conf", "");
  }

  /**
   * Names in the cluster, each with its variable.
   *
   * @param volume holds {@code {volume_id}}
   * @param snapshot holds {@code {snapshot_id}}
   * @param instance of the disk that came with a VM; holds {@code {instance_id}}
   */
  public record Templates(String volume, String snapshot, String instance) {
    /** What the guide names. */
    public static final Templates PRESET =
        new Templates("{volume_id}", "{snapshot_id}", "{instance_id}_disk");
  }

  /** The same in the agent protocol. */
  CephStorageAccess toProtocol() {
    return CephStorageAccess.newBuilder()
        .setPool(pool)
        .setClientId(login.clientId())
        .setConfiguration(login.configuration())
        .setKeyring(login.keyring())
        .setVolumeTemplate(templates.volume())
        .setSnapshotTemplate(templates.snapshot())
        .setInstanceTemplate(templates.instance())
        .setSearchByObjectMap(searchByObjectMap)
        .build();
  }
}
