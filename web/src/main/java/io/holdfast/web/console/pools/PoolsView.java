package io.holdfast.web.console.pools;

import io.holdfast.error.BackupException;
import io.holdfast.server.agent.AgentId;
import io.holdfast.server.agent.AgentService;
import io.holdfast.server.agent.AgentState;
import io.holdfast.server.agent.AgentView;
import io.holdfast.server.catalog.PoolImport;
import io.holdfast.server.pool.NewPool;
import io.holdfast.server.pool.PoolKeyKind;
import io.holdfast.server.pool.PoolKind;
import io.holdfast.server.pool.PoolService;
import io.holdfast.server.pool.PoolView;
import io.holdfast.server.pool.StoragePool;
import io.holdfast.web.console.layout.Feedback;
import io.holdfast.web.console.locale.Formats;
import io.holdfast.web.console.locale.LanguageView;
import jakarta.faces.view.ViewScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The pools with their fill, and the dialog that makes one (POOL-01). */
@Named
@ViewScoped
public class PoolsView implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final String STORAGE_MODULE = "storage";
  private static final int CHUNK_SIZES = 8;

  @Inject PoolService pools;
  @Inject PoolImport catalog;
  @Inject AgentService agents;
  @Inject RecoveryKeyView recovery;
  @Inject Feedback feedback;
  @Inject Formats formats;
  @Inject LanguageView language;

  private transient List<PoolView> rows;
  private transient Map<String, String> hostNames;
  private transient List<AgentView> storageAgents;
  private String name;
  private String agent;
  private String folder;
  private int chunkBytes = NewPool.DEFAULT_CHUNK_BYTES;
  private PoolKind kind = PoolKind.STANDARD;
  private boolean attaching;
  private final PoolSecretForm secret = new PoolSecretForm();

  /** All pools by name, each with what its agent says of it now. */
  public List<PoolView> getRows() {
    if (rows == null) {
      rows = feedback.attempt(pools::listWithStatus).orElse(List.of());
    }
    return rows;
  }

  /** Agents online with the storage role. */
  public List<AgentView> getStorageAgents() {
    if (storageAgents == null) {
      storageAgents =
          feedback.attempt(agents::list).orElse(List.of()).stream()
              .filter(view -> view.state() == AgentState.ONLINE)
              .filter(view -> view.agent().offers(STORAGE_MODULE))
              .toList();
    }
    return storageAgents;
  }

  /** The name of an agent, for a pool's row. */
  public String hostName(AgentId id) {
    if (hostNames == null) {
      hostNames =
          feedback.attempt(agents::list).orElse(List.of()).stream()
              .collect(
                  Collectors.toMap(
                      view -> view.agent().id().value(), view -> view.agent().hostName()));
    }
    return hostNames.getOrDefault(id.value(), id.value());
  }

  /** Why a pool's agent could not be asked; empty when it could. */
  public String problem(PoolView row) {
    return row.problem().map(this::sentence).orElse("");
  }

  /** Percent of the pool's file system that is used; 0 when unknown. */
  public int usedPercent(PoolView row) {
    return row.status()
        .map(
            status ->
                formats.percent(
                    status.getCapacityBytes() - status.getFreeBytes(), status.getCapacityBytes()))
        .orElse(0);
  }

  /** Powers of two from 64 KiB to 8 MiB. */
  public List<Integer> getChunkSizes() {
    return IntStream.range(0, CHUNK_SIZES).mapToObj(i -> NewPool.MIN_CHUNK_BYTES << i).toList();
  }

  /** Opens the dialog afresh. */
  public void prepareAdd() {
    name = null;
    folder = null;
    chunkBytes = NewPool.DEFAULT_CHUNK_BYTES;
    kind = PoolKind.STANDARD;
    attaching = false;
    secret.clear(null);
    storageAgents = null;
    agent = getStorageAgents().size() == 1 ? getStorageAgents().get(0).agent().id().value() : null;
  }

  /** Makes the pool on its agent, or takes in the one that is there. */
  public void create() {
    NewPool wanted =
        new NewPool(name.strip(), new AgentId(agent), folder, chunkBytes, kind, secret.key());
    if (attaching) {
      attach(wanted);
    } else if (secret.agrees(feedback)) {
      feedback
          .attempt(() -> pools.create(wanted))
          .ifPresent(
              made -> {
                feedback.done("pools.created", name);
                made.recoveryKey().ifPresent(text -> recovery.show(name, text));
                rows = null;
              });
    }
  }

  private void attach(NewPool wanted) {
    feedback
        .attempt(() -> catalog.importPool(pools.attach(Optional.empty(), wanted).id()))
        .ifPresent(
            imported ->
                feedback.done(
                    imported.damaged().isEmpty() ? "pools.attached" : "pools.attached.damaged",
                    imported.recorded()));
    rows = null;
  }

  /** Opens the dialog for a pool that is there already (OPS-02). */
  public void prepareAttach() {
    prepareAdd();
    attaching = true;
  }

  /** Forgets a pool that nothing uses; its folder stays. */
  public void remove(StoragePool pool) {
    if (feedback.attempt(() -> pools.remove(pool.id()))) {
      feedback.done("pools.removed", pool.name());
    }
    rows = null;
  }

  /** Asks the agents again at the next rendering. */
  public void refresh() {
    rows = null;
  }

  private String sentence(BackupException error) {
    return error.message(language.getLocale());
  }

  /** Whether the dialog takes in a pool that is there. */
  public boolean isAttaching() {
    return attaching;
  }

  public PoolSecretForm getSecret() {
    return secret;
  }

  /** What can open the pool: a recovery key too when it is there already. */
  public List<PoolKeyKind> getSecretKinds() {
    return attaching
        ? List.of(PoolKeyKind.values())
        : List.of(PoolKeyKind.PASSPHRASE, PoolKeyKind.KEY_FILE);
  }

  public List<PoolKind> getKinds() {
    return List.of(PoolKind.values());
  }

  /**
   * How often what is stored stands for: data of all restore points by what it takes in the pool,
   * such as "3.4 : 1"; a dash while there is nothing.
   */
  public String ratio(PoolView row) {
    return row.status()
        .map(status -> formats.ratio(status.getProtectedBytes(), status.getStoredBytes()))
        .orElse("–");
  }

  public PoolKind getKind() {
    return kind;
  }

  public void setKind(PoolKind kind) {
    this.kind = kind;
  }

  public String getName() {
    return name;
  }

  public void setName(String name) {
    this.name = name;
  }

  public String getAgent() {
    return agent;
  }

  public void setAgent(String agent) {
    this.agent = agent;
  }

  public String getFolder() {
    return folder;
  }

  public void setFolder(String folder) {
    this.folder = folder;
  }

  public int getChunkBytes() {
    return chunkBytes;
  }

  public void setChunkBytes(int chunkBytes) {
    this.chunkBytes = chunkBytes;
  }
}
