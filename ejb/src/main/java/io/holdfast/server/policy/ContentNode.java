package io.holdfast.server.policy;

import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import java.util.Objects;

/**
 * One selected node of a platform's inventory, of any level; a container stands for all VMs below
 * it at the time of a run (INV-04).
 */
@Embeddable
public class ContentNode {
  @Column(name = "node_id", nullable = false)
  private String nodeId;

  @Column(name = "kind", nullable = false)
  private String kind;

  @Column(name = "name", nullable = false)
  private String name;

  /** For the persistence provider. */
  protected ContentNode() {}

  /**
   * A selected node.
   *
   * @param nodeId id of the inventory node, unique within the platform
   * @param kind HOST_POOL, CLUSTER, HOST or VM
   * @param name name at the time of selection, shown when the node is gone
   */
  public ContentNode(String nodeId, String kind, String name) {
    this.nodeId = Objects.requireNonNull(nodeId, "nodeId");
    this.kind = Objects.requireNonNull(kind, "kind");
    this.name = Objects.requireNonNull(name, "name");
  }

  public String getNodeId() {
    return nodeId;
  }

  public String getKind() {
    return kind;
  }

  public String getName() {
    return name;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ContentNode node && node.nodeId.equals(nodeId);
  }

  @Override
  public int hashCode() {
    return nodeId.hashCode();
  }
}
