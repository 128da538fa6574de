package io.holdfast.web.console.resources;

import io.holdfast.server.agent.AgentId;
import io.holdfast.server.ceph.CephStorage;
import io.holdfast.server.ceph.CephStorageSettings;
import io.holdfast.server.ceph.CephStorageSettings.Login;
import io.holdfast.server.ceph.CephStorageSettings.Templates;
import java.io.Serializable;

/** The fields of a Ceph pool of a platform while they are edited (RES-03). */
public class CephForm implements Serializable {
  private static final long serialVersionUID = 1L;

  private String id;
  private String pool;
  private String backupHost;
  private String clientId = Login.PRESET.clientId();
  private String configuration = Login.PRESET.configuration();
  private String keyring = Login.PRESET.keyring();
  private String volumeTemplate = Templates.PRESET.volume();
  private String snapshotTemplate = Templates.PRESET.snapshot();
  private String instanceTemplate = Templates.PRESET.instance();
  private boolean searchByObjectMap;

  static CephForm of(CephStorage storage) {
    CephForm form = new CephForm();
    CephStorageSettings settings = storage.settings();
    form.id = storage.id().value();
    form.pool = settings.pool();
    form.backupHost = settings.backupHost().value();
    form.clientId = settings.login().clientId();
    form.configuration = settings.login().configuration();
    form.keyring = settings.login().keyring();
    form.volumeTemplate = settings.templates().volume();
    form.snapshotTemplate = settings.templates().snapshot();
    form.instanceTemplate = settings.templates().instance();
    form.searchByObjectMap = settings.searchByObjectMap();
    return form;
  }

  CephStorageSettings settings() {
    return new CephStorageSettings(
        text(pool),
        new AgentId(text(backupHost)),
        new Login(text(clientId), text(configuration), text(keyring)),
        new Templates(text(volumeTemplate), text(snapshotTemplate), text(instanceTemplate)),
        searchByObjectMap);
  }

  private static String text(String value) {
    return value == null ? "" : value.strip();
  }

  /** Of the pool that is changed; null: a new one. */
  public String getId() {
    return id;
  }

  public String getPool() {
    return pool;
  }

  public void setPool(String pool) {
    this.pool = pool;
  }

  public String getBackupHost() {
    return backupHost;
  }

  public void setBackupHost(String backupHost) {
    this.backupHost = backupHost;
  }

  public String getClientId() {
    return clientId;
  }

  public void setClientId(String clientId) {
    this.clientId = clientId;
  }

  public String getConfiguration() {
    return configuration;
  }

  public void setConfiguration(String configuration) {
    this.configuration = configuration;
  }

  public String getKeyring() {
    return keyring;
  }

  public void setKeyring(String keyring) {
    this.keyring = keyring;
  }

  public String getVolumeTemplate() {
    return volumeTemplate;
  }

  public void setVolumeTemplate(String volumeTemplate) {
    this.volumeTemplate = volumeTemplate;
  }

  public String getSnapshotTemplate() {
    return snapshotTemplate;
  }

  public void setSnapshotTemplate(String snapshotTemplate) {
    this.snapshotTemplate = snapshotTemplate;
  }

  public String getInstanceTemplate() {
    return instanceTemplate;
  }

  public void setInstanceTemplate(String instanceTemplate) {
    this.instanceTemplate = instanceTemplate;
  }

  public boolean isSearchByObjectMap() {
    return searchByObjectMap;
  }

  public void setSearchByObjectMap(boolean searchByObjectMap) {
    this.searchByObjectMap = searchByObjectMap;
  }
}
