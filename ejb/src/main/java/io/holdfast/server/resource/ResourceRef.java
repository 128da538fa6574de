package io.holdfast.server.resource;

import java.util.Objects;

/**
 * One thing, or all things of a kind.
 *
 * @param id the thing's id; empty: all of the kind (lists, creating a new one)
 */
public record ResourceRef(ResourceKind kind, String id) {
  public ResourceRef {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(id, "id");
  }

  /** One thing. */
  public static ResourceRef of(ResourceKind kind, String id) {
    return new ResourceRef(kind, id);
  }

  /** All things of the kind. */
  public static ResourceRef all(ResourceKind kind) {
    return new ResourceRef(kind, "");
  }

  @Override
  public String toString() {
    return id.isEmpty() ? kind.name() : kind + ":" + id;
  }
}
