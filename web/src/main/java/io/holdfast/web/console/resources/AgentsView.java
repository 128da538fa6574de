package io.holdfast.web.console.resources;

import io.holdfast.server.agent.AccessKey;
import io.holdfast.server.agent.AgentService;
import io.holdfast.server.agent.AgentView;
import io.holdfast.server.agent.IssuedAccessKey;
import io.holdfast.web.console.layout.Feedback;
import jakarta.faces.context.FacesContext;
import jakarta.faces.view.ViewScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.Serializable;
import java.util.List;

/** The agents and the access keys they enrol with (AGT-05). */
@Named
@ViewScoped
public class AgentsView implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The port of the agent protocol, unless the server was told another one. */
  private static final int AGENT_PORT = 8444;

  @Inject AgentService agents;
  @Inject Feedback feedback;

  private transient List<AgentView> rows;
  private transient List<AccessKey> keys;
  private String label;
  private String issuedText;

  /** All agents with their state now. */
  public List<AgentView> getRows() {
    if (rows == null) {
      rows = feedback.attempt(agents::list).orElse(List.of());
    }
    return rows;
  }

  /** All access keys, newest first. */
  public List<AccessKey> getKeys() {
    if (keys == null) {
      keys = feedback.attempt(agents::accessKeys).orElse(List.of());
    }
    return keys;
  }

  /** Asks again at the next rendering. */
  public void refresh() {
    rows = null;
    keys = null;
  }

  /** Opens the dialog afresh. */
  public void prepareKey() {
    label = null;
    issuedText = null;
  }

  /** Makes an access key and shows it this once. */
  public void createKey() {
    feedback
        .attempt(() -> agents.createAccessKey(label == null ? "" : label))
        .map(IssuedAccessKey::text)
        .ifPresent(text -> issuedText = text);
    refresh();
  }

  /** Ends an access key; agents that enrolled with it stay. */
  public void revoke(AccessKey key) {
    if (feedback.attempt(() -> agents.revokeAccessKey(key.id()))) {
      feedback.done("agents.key.revoked", key.label());
    }
    refresh();
  }

  /** Takes an agent out of the registry. */
  public void remove(AgentView row) {
    if (feedback.attempt(() -> agents.remove(row.agent().id()))) {
      feedback.done("agents.removed", row.agent().hostName());
    }
    refresh();
  }

  public String getLabel() {
    return label;
  }

  public void setLabel(String label) {
    this.label = label;
  }

  /** What to type on the host that is to become an agent, with the key just made. */
  public String getCommand() {
    String server = FacesContext.getCurrentInstance().getExternalContext().getRequestServerName();
    return "java -jar holdfast-agent.jar run --state /var/lib/holdfast-agent --server "
        + server
        + ":"
        + Integer.getInteger("holdfast.agent.port", AGENT_PORT)
        + " --access-key "
        + issuedText;
  }

  /** The key just made; shown once and kept with this view only. */
  public String getIssuedText() {
    return issuedText;
  }
}
