package io.holdfast.web.console.resources;

import io.holdfast.server.agent.AgentService;
import io.holdfast.server.agent.AgentState;
import io.holdfast.server.agent.AgentView;
import io.holdfast.server.ceph.CephStorage;
import io.holdfast.server.ceph.CephStorageId;
import io.holdfast.server.ceph.CephStorageService;
import io.holdfast.server.inventory.Platform;
import io.holdfast.server.inventory.PlatformId;
import io.holdfast.server.inventory.PlatformKind;
import io.holdfast.web.console.layout.Feedback;
import jakarta.faces.view.ViewScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.Serializable;
import java.util.List;

/** The Ceph pools of one platform and the fields of the one that is added or changed (RES-03). */
@Named("cephStorages")
@ViewScoped
public class CephStoragesView implements Serializable {
  private static final long serialVersionUID = 1L;

  @Inject CephStorageService storages;
  @Inject AgentService agents;
  @Inject Feedback feedback;

  private String platformId;
  private String platformName;
  private String usualHost;
  private transient List<CephStorage> rows;
  private CephForm form;

  /** Opens the dialog for a platform. */
  public void open(Platform platform) {
    platformId = platform.id().value();
    platformName = platform.name();
    usualHost = platform.backupHost().value();
    rows = null;
    form = null;
    if (getRows().isEmpty()) {
      add();
    }
  }

  /** The pools by name. */
  public List<CephStorage> getRows() {
    if (rows == null && platformId != null) {
      rows = feedback.attempt(() -> storages.list(platform())).orElse(List.of());
    }
    return rows == null ? List.of() : rows;
  }

  /** Shows the fields of a new pool. */
  public void add() {
    form = new CephForm();
    form.setBackupHost(usualHost);
  }

  /** Shows the fields of a pool. */
  public void edit(CephStorage storage) {
    form = CephForm.of(storage);
  }

  /** Leaves the fields as they were. */
  public void cancel() {
    form = null;
  }

  /** Saves; the service looks for the pool in its cluster first. */
  public void save() {
    boolean saved =
        feedback.attempt(
            () -> {
              if (form.getId() == null) {
                storages.add(platform(), form.settings());
              } else {
                storages.change(platform(), new CephStorageId(form.getId()), form.settings());
              }
            });
    if (saved) {
      feedback.done("ceph.saved", form.getPool());
      form = null;
      rows = null;
    }
  }

  /** Removes a pool that no job needs. */
  public void remove(CephStorage storage) {
    if (feedback.attempt(() -> storages.remove(platform(), storage.id()))) {
      feedback.done("ceph.removed", storage.settings().pool());
    }
    rows = null;
  }

  /** The agents that can reach a cluster: online, with the module of such platforms. */
  public List<AgentView> getBackupHosts() {
    String module = PlatformKind.HIKVISION_EDGE_CLOUD.wireName();
    return feedback.attempt(agents::list).orElse(List.of()).stream()
        .filter(view -> view.agent().offers(module))
        .filter(view -> view.state() == AgentState.ONLINE || isCurrent(view))
        .toList();
  }

  private boolean isCurrent(AgentView view) {
    return form != null && view.agent().id().value().equals(form.getBackupHost());
  }

  private PlatformId platform() {
    return new PlatformId(platformId);
  }

  /** Null: nothing is edited. */
  public CephForm getForm() {
    return form;
  }

  public String getPlatformName() {
    return platformName;
  }
}
