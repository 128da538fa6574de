package io.holdfast.web.console.resources;

import io.holdfast.server.agent.AgentId;
import io.holdfast.server.agent.AgentService;
import io.holdfast.server.agent.AgentState;
import io.holdfast.server.agent.AgentView;
import io.holdfast.server.inventory.Platform;
import io.holdfast.server.inventory.PlatformId;
import io.holdfast.server.inventory.PlatformKind;
import io.holdfast.server.inventory.PlatformLabel;
import io.holdfast.server.inventory.PlatformReach;
import io.holdfast.server.inventory.PlatformService;
import io.holdfast.server.inventory.PlatformSettings;
import io.holdfast.server.inventory.PlatformTest;
import io.holdfast.web.console.layout.Feedback;
import io.holdfast.web.console.locale.LanguageView;
import jakarta.faces.view.ViewScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The platforms and the dialog that adds or changes one (RES-01). */
@Named
@ViewScoped
public class PlatformsView implements Serializable {
  private static final long serialVersionUID = 1L;

  @Inject PlatformService platforms;
  @Inject AgentService agents;
  @Inject Feedback feedback;
  @Inject LanguageView language;

  private transient List<Platform> rows;
  private transient List<AgentView> backupHosts;
  private transient Map<String, String> hostNames;
  private transient PlatformTest tested;
  private PlatformForm form = new PlatformForm();
  private String editedId;
  private String search;

  /** All platforms by name. */
  public List<Platform> getRows() {
    if (rows == null) {
      rows =
          feedback.attempt(platforms::list).orElse(List.of()).stream()
              .filter(platform -> platform.matches(search == null ? "" : search))
              .toList();
    }
    return rows;
  }

  /** The agents a platform can be reached through: online, with the platform's module. */
  public List<AgentView> getBackupHosts() {
    if (backupHosts == null) {
      backupHosts =
          allAgents().stream()
              .filter(view -> view.agent().offers(form.getKind().wireName()))
              .filter(view -> view.state() == AgentState.ONLINE || isCurrentHost(view))
              .toList();
    }
    return backupHosts;
  }

  /** The name of an agent, for a platform's row. */
  public String hostName(AgentId id) {
    if (hostNames == null) {
      hostNames =
          allAgents().stream()
              .collect(
                  Collectors.toMap(
                      view -> view.agent().id().value(), view -> view.agent().hostName()));
    }
    return hostNames.getOrDefault(id.value(), id.value());
  }

  /** Whether it answered when it was asked last (RES-06). */
  public PlatformReach reach(Platform platform) {
    return platforms.reach(platform.id());
  }

  /** Why it is offline, in the reader's language; empty: it is not. */
  public String problem(Platform platform) {
    return reach(platform).problem().map(why -> why.message(language.getLocale())).orElse("");
  }

  /** Asks one now; what came of it stands in its row. */
  public void look(Platform platform) {
    if (feedback.attempt(() -> platforms.testSaved(platform.id())).isPresent()) {
      feedback.done("platforms.online", platform.name());
    }
    rows = null;
  }

  /** Opens the dialog for a new platform. */
  public void prepareAdd() {
    editedId = null;
    form = new PlatformForm();
    forget();
    suggestHost();
  }

  /** Opens the dialog for a platform that exists; its password stays unless a new one is given. */
  public void prepareEdit(Platform platform) {
    editedId = platform.id().value();
    form = PlatformForm.of(platform);
    forget();
  }

  /** Another kind of platform was chosen: other backup hosts may have its module. */
  public void kindChanged() {
    tested = null;
    backupHosts = null;
    boolean still = getBackupHosts().stream().anyMatch(this::isCurrentHost);
    if (!still) {
      form.setBackupHost(null);
    }
    suggestHost();
  }

  private void suggestHost() {
    if (getBackupHosts().size() == 1) {
      form.setBackupHost(getBackupHosts().get(0).agent().id().value());
    }
  }

  /** The kinds of platform there are. */
  public List<PlatformKind> getKinds() {
    return List.of(PlatformKind.values());
  }

  /** TLS was switched: the usual port follows unless the user chose another one. */
  public void tlsChanged() {
    form.followTls();
    tested = null;
  }

  /** Tries the settings without saving them. */
  public void test() {
    tested = null;
    feedback.attempt(() -> platforms.test(settings())).ifPresent(answer -> tested = answer);
  }

  /** Saves; the service tests the connection first. */
  public void save() {
    boolean saved =
        feedback.attempt(
            () -> {
              PlatformLabel label = form.label();
              PlatformId id =
                  editedId == null ? platforms.add(settings()).id() : new PlatformId(editedId);
              if (editedId != null && !form.isLabelOnly()) {
                platforms.change(id, settings());
              }
              platforms.label(id, label);
            });
    if (saved) {
      feedback.done("platforms.saved", form.getName());
      rows = null;
    }
  }

  /** Removes a platform that nothing uses. */
  public void remove(Platform platform) {
    if (feedback.attempt(() -> platforms.remove(platform.id()))) {
      feedback.done("platforms.removed", platform.name());
    }
    rows = null;
  }

  /** Shows those that the search finds (RES-06). */
  public void find() {
    rows = null;
  }

  public String getSearch() {
    return search;
  }

  public void setSearch(String search) {
    this.search = search;
  }

  private PlatformSettings settings() {
    return form.settings();
  }

  private void forget() {
    tested = null;
    backupHosts = null;
    hostNames = null;
  }

  private List<AgentView> allAgents() {
    return feedback.attempt(agents::list).orElse(List.of());
  }

  private boolean isCurrentHost(AgentView view) {
    return view.agent().id().value().equals(form.getBackupHost());
  }

  public PlatformForm getForm() {
    return form;
  }

  /** Whether the dialog changes a platform rather than adding one. */
  public boolean isEditing() {
    return editedId != null;
  }

  /** The platform's answer to the last test; null before and after a failure. */
  public PlatformTest getTested() {
    return tested;
  }
}
