package io.holdfast.web.console.pools;

import io.holdfast.server.pool.PoolId;
import io.holdfast.server.pool.PoolIndexService;
import io.holdfast.server.pool.PoolKeyKind;
import io.holdfast.server.pool.PoolKeyService;
import io.holdfast.server.pool.PoolLimits;
import io.holdfast.server.pool.PoolService;
import io.holdfast.server.pool.StoragePool;
import io.holdfast.web.console.layout.Feedback;
import jakarta.faces.view.ViewScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.Serializable;
import java.util.List;

/** The dialogs of one pool: quota and alarms (POOL-08), keys (OPT-17). */
@Named
@ViewScoped
public class PoolCareView implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final long MIB = 1L << 20;
  private static final double MIB_PER_GIB = 1024;

  @Inject PoolService pools;
  @Inject PoolKeyService keys;
  @Inject PoolIndexService index;
  @Inject PoolsView list;
  @Inject RecoveryKeyView recovery;
  @Inject Feedback feedback;

  private final PoolSecretForm secret = new PoolSecretForm();
  private String poolId;
  private String poolName;
  private boolean replacing;
  private double quotaGib;
  private int warningPercent;
  private int criticalPercent;

  /** Opens the dialogs for a pool. */
  public void choose(StoragePool pool) {
    poolId = pool.id().value();
    poolName = pool.name();
    PoolLimits limits = pool.limits();
    quotaGib = limits.quotaBytes() / (MIB * MIB_PER_GIB);
    warningPercent = limits.warningPercent();
    criticalPercent = limits.criticalPercent();
    replacing = false;
    secret.clear(PoolKeyKind.PASSPHRASE);
  }

  /** Saves quota and alarms. */
  public void limit() {
    long quotaBytes = Math.round(quotaGib * MIB_PER_GIB) * MIB;
    if (feedback.attempt(
        () -> {
          pools.limit(id(), new PoolLimits(quotaBytes, warningPercent, criticalPercent));
        })) {
      feedback.done("pools.limits.saved", poolName);
    }
    list.refresh();
  }

  /** Gives the server a secret, or sets a new one in the pool. */
  public void saveKey() {
    if (replacing && !secret.agrees(feedback)) {
      return;
    }
    boolean saved =
        feedback.attempt(
            () -> {
              if (replacing) {
                keys.replace(id(), secret.key().orElseThrow());
              } else {
                keys.enter(id(), secret.key().orElseThrow());
              }
            });
    if (saved) {
      feedback.done("pools.key.saved", poolName);
      secret.clear(PoolKeyKind.PASSPHRASE);
    }
    list.refresh();
  }

  /** Makes a new recovery key and shows it. */
  public void newRecoveryKey() {
    feedback
        .attempt(() -> keys.newRecoveryKey(id()))
        .ifPresent(made -> recovery.show(poolName, made));
    list.refresh();
  }

  /** Removes the secrets of a kind. */
  public void removeKey(PoolKeyKind kind) {
    if (feedback.attempt(() -> keys.remove(id(), kind))) {
      feedback.done("pools.key.removed", poolName);
    }
    list.refresh();
  }

  /** Makes the index of a dedup pool anew. */
  public void rebuildIndex(StoragePool pool) {
    if (feedback.attempt(() -> index.rebuild(pool.id()))) {
      feedback.done("pools.index.rebuilt", pool.name());
    }
    list.refresh();
  }

  private PoolId id() {
    return new PoolId(poolId);
  }

  /** What can be entered: a recovery key too, unless a new secret is set. */
  public List<PoolKeyKind> getKinds() {
    return replacing
        ? List.of(PoolKeyKind.PASSPHRASE, PoolKeyKind.KEY_FILE)
        : List.of(PoolKeyKind.values());
  }

  /** Ways into the chosen pool now; none when its agent cannot be asked. */
  public List<PoolKeyKind> getPresent() {
    return list.getRows().stream()
        .filter(row -> row.pool().id().value().equals(poolId))
        .flatMap(row -> row.keys().stream())
        .distinct()
        .toList();
  }

  public PoolSecretForm getSecret() {
    return secret;
  }

  public String getPoolName() {
    return poolName;
  }

  public boolean isReplacing() {
    return replacing;
  }

  public void setReplacing(boolean replacing) {
    this.replacing = replacing;
  }

  public double getQuotaGib() {
    return quotaGib;
  }

  public void setQuotaGib(double quotaGib) {
    this.quotaGib = quotaGib;
  }

  public int getWarningPercent() {
    return warningPercent;
  }

  public void setWarningPercent(int warningPercent) {
    this.warningPercent = warningPercent;
  }

  public int getCriticalPercent() {
    return criticalPercent;
  }

  public void setCriticalPercent(int criticalPercent) {
    this.criticalPercent = criticalPercent;
  }
}
