package io.holdfast.web.console.pools;

import jakarta.faces.view.ViewScoped;
import jakarta.inject.Named;
import java.io.Serializable;

/** A recovery key just made: shown once, until the reader says that it is kept (OPT-17). */
@Named
@ViewScoped
public class RecoveryKeyView implements Serializable {
  private static final long serialVersionUID = 1L;

  private transient String text;
  private String poolName;
  private boolean kept;

  void show(String pool, String recoveryKey) {
    poolName = pool;
    text = recoveryKey;
    kept = false;
  }

  /** Forgets it: nobody can see it again. */
  public void forget() {
    text = null;
    kept = false;
  }

  /** Whether there is one to show. */
  public boolean isThere() {
    return text != null;
  }

  public String getText() {
    return text;
  }

  public String getPoolName() {
    return poolName;
  }

  public boolean isKept() {
    return kept;
  }

  public void setKept(boolean kept) {
    this.kept = kept;
  }
}
