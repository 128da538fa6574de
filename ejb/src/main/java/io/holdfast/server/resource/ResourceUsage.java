package io.holdfast.server.resource;

import java.util.List;

/**
 * Implemented as a CDI bean by each feature that refers to resources of another one (jobs to
 * platforms and pools, platforms to agents). Reads only; called inside the caller's transaction.
 */
public interface ResourceUsage {

  /**
   * What uses the resource, as people know it: "job Nightly", "platform CAS East". Empty when
   * nothing of this feature does.
   */
  List<String> usersOf(ResourceRef resource);
}
