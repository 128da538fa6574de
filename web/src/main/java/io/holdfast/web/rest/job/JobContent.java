package io.holdfast.web.rest.job;

import io.holdfast.server.policy.ContentNode;
import io.holdfast.web.rest.Required;

/** A selected inventory node of any level (INV-04). */
public record JobContent(String nodeId, String kind, String name) {
  static JobContent of(ContentNode node) {
    return new JobContent(node.getNodeId(), node.getKind(), node.getName());
  }

  ContentNode checked() {
    return new ContentNode(
        Required.text("content.nodeId", nodeId),
        Required.text("content.kind", kind),
        Required.text("content.name", name));
  }
}
