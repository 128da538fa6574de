package io.holdfast.pool.pack;

import io.holdfast.pool.format.PoolScope;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/** Keeps a bounded number of sealed packs open for readers. Thread-safe. */
public final class PackCache implements AutoCloseable {
  private final PoolScope scope;
  private final int capacity;
  private final Map<UUID, Lent> open = new LinkedHashMap<>(16, 0.75f, true);
  private boolean closed;

  public PackCache(PoolScope scope, int capacity) {
    this.scope = scope;
    this.capacity = capacity;
  }

  /** A pack to read from; give it back by closing it. */
  public synchronized Lent borrow(UUID packId) {
    Lent lent = open.get(packId);
    if (lent == null) {
      lent = new Lent(PackReader.open(scope, packId));
      open.put(packId, lent);
    }
    lent.users++;
    evict();
    return lent;
  }

  private void evict() {
    Iterator<Lent> eldest = open.values().iterator();
    while (open.size() > capacity && eldest.hasNext()) {
      Lent candidate = eldest.next();
      if (candidate.users == 0) {
        eldest.remove();
        candidate.reader.close();
      }
    }
  }

  private synchronized void giveBack(Lent lent) {
    lent.users--;
    if ((closed || lent.forgotten) && lent.users == 0) {
      lent.reader.close();
    }
  }

  /** Closes a pack that is deleted, so that its room is free; one in use when it is given back. */
  public synchronized void forget(UUID packId) {
    Lent lent = open.remove(packId);
    if (lent != null) {
      lent.forgotten = true;
      if (lent.users == 0) {
        lent.reader.close();
      }
    }
  }

  /** Closes all packs; those in use when they are given back. */
  @Override
  public synchronized void close() {
    closed = true;
    for (Lent lent : open.values()) {
      if (lent.users == 0) {
        lent.reader.close();
      }
    }
    open.clear();
  }

  /** A borrowed pack. */
  public final class Lent implements AutoCloseable {
    private final PackReader reader;
    private int users;
    private boolean forgotten;

    private Lent(PackReader reader) {
      this.reader = reader;
    }

    public PackReader pack() {
      return reader;
    }

    @Override
    public void close() {
      giveBack(this);
    }
  }
}
