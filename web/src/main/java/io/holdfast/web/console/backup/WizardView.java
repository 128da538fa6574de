package io.holdfast.web.console.backup;

import io.holdfast.server.agent.AgentId;
import io.holdfast.server.captcha.CaptchaAnswer;
import io.holdfast.server.inventory.Inventory;
import io.holdfast.server.inventory.InventoryEntry;
import io.holdfast.server.inventory.InventoryService;
import io.holdfast.server.inventory.InventoryTree;
import io.holdfast.server.inventory.PlatformId;
import io.holdfast.server.policy.BackupOptions;
import io.holdfast.server.policy.BackupPolicy;
import io.holdfast.server.policy.BackupType;
import io.holdfast.server.policy.ContentPreview;
import io.holdfast.server.policy.ContentSelection;
import io.holdfast.server.policy.PlanKind;
import io.holdfast.server.policy.PolicyDefinition;
import io.holdfast.server.policy.PolicyService;
import io.holdfast.server.policy.Retention;
import io.holdfast.server.pool.PoolId;
import io.holdfast.server.pool.StoragePool;
import io.holdfast.web.console.captcha.CaptchaView;
import io.holdfast.web.console.layout.Feedback;
import jakarta.annotation.PostConstruct;
import jakarta.faces.context.FacesContext;
import jakarta.faces.view.ViewScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.primefaces.event.NodeSelectEvent;
import org.primefaces.event.NodeUnselectEvent;
import org.primefaces.model.TreeNode;

/** Makes a backup job, or changes one, step by step (JOB-01). Nothing is stored before the end. */
@Named("backupWizard")
@ViewScoped
public class WizardView implements Serializable {
  private static final long serialVersionUID = 1L;

  @Inject BackupTargetsView targets;
  @Inject InventoryService inventories;
  @Inject PolicyService policies;
  @Inject ContentPreview contents;
  @Inject CaptchaView captcha;
  @Inject Feedback feedback;

  private Step step = Step.CONTENT;
  private UUID jobId;
  private String platformId;
  private InventoryTree view = InventoryTree.HOST_POOLS_AND_CLUSTERS;
  private String search;
  private transient ContentTree tree;
  private transient TreeNode<?>[] selection;
  private String agentId;
  private String poolId;
  private PlanKind planKind = PlanKind.MANUAL;
  private BackupType backupType = BackupType.INCREMENTAL;
  private RetentionForm retention = RetentionForm.of(Retention.KEEP_ALL);
  private OptionsForm options = new OptionsForm(BackupOptions.preset());
  private String name;
  private ExclusionsForm exclusions = new ExclusionsForm(List.of());
  private boolean silentBefore;

  /** The steps in their order. */
  public enum Step {
    CONTENT,
    TARGET,
    PLAN,
    OPTIONS,
    SUMMARY
  }

  /** Starts with the job named in the address, else with a new one. */
  @PostConstruct
  public void open() {
    String wanted =
        FacesContext.getCurrentInstance().getExternalContext().getRequestParameterMap().get("job");
    if (wanted != null) {
      feedback.attempt(() -> policies.get(UUID.fromString(wanted))).ifPresent(this::edit);
    } else if (targets.getPlatforms().size() == 1) {
      platformId = targets.getPlatforms().get(0).id().value();
      platformChanged();
    }
  }

  private void edit(BackupPolicy job) {
    jobId = job.getId();
    platformId = job.getPlatformId().toString();
    agentId = job.getAgentId().toString();
    poolId = job.getPoolId().toString();
    planKind = job.getPlanKind();
    backupType = job.getBackupType();
    retention = RetentionForm.of(job.getRetention());
    options = new OptionsForm(job.getOptions());
    name = job.getName();
    exclusions = new ExclusionsForm(job.getExclusions().patterns());
    silentBefore = options.getHandling().isSilent();
    openTree(
        ContentTree.entriesOf(job.getContent()),
        ContentTree.entriesOf(job.getExclusions().removed()),
        false);
  }

  /** Another platform was chosen: content starts anew, backup host is the platform's. */
  public void platformChanged() {
    tree = null;
    poolId = null;
    agentId =
        targets.platform(platformId).map(platform -> platform.backupHost().value()).orElse(null);
    suggestPool();
    view = targets.views(platformId).get(0);
    options = new OptionsForm(targets.options(platformId).preset());
    openTree(List.of(), List.of(), false);
  }

  /** Asks the platform again; the choice stays. */
  public void reload() {
    openTree(getChosen(), tree == null ? List.of() : tree.removed(), true);
  }

  private void openTree(List<InventoryEntry> chosen, List<InventoryEntry> removed, boolean fresh) {
    if (platformId == null) {
      return;
    }
    PlatformId id = new PlatformId(platformId);
    Optional<Inventory> inventory =
        feedback.attempt(() -> fresh ? inventories.refresh(id) : inventories.inventory(id));
    if (inventory.isPresent()) {
      tree = new ContentTree(inventory.get(), chosen, removed);
      feedback
          .attempt(() -> contents.coveredBy(id, inventory.get(), editedJob()))
          .ifPresent(exclusions::covered);
      showTree();
    }
  }

  /** Shows the tree in the chosen view, searched. */
  public void showTree() {
    if (tree != null) {
      tree.show(view, search);
    }
  }

  /** Shows the whole tree again. */
  public void clearSearch() {
    search = null;
    showTree();
  }

  /** A node was checked. */
  public void onSelect(NodeSelectEvent event) {
    tree.choose(((InventoryEntry) event.getTreeNode().getData()).id());
  }

  /** A node was unchecked. */
  public void onUnselect(NodeUnselectEvent event) {
    tree.remove(((InventoryEntry) event.getTreeNode().getData()).id());
  }

  /** Takes a node out of the choice. */
  public void remove(InventoryEntry entry) {
    tree.remove(entry.id());
  }

  /** Takes a VM that was taken out in again. */
  public void takeBack(InventoryEntry entry) {
    tree.takeBack(entry.id());
  }

  /** Another backup host was chosen: its own pool is nearest, but any may be used. */
  public void agentChanged() {
    poolId = null;
    suggestPool();
  }

  private void suggestPool() {
    List<StoragePool> own =
        targets.pools(agentId).stream()
            .filter(pool -> pool.agent().value().equals(agentId))
            .toList();
    if (own.size() == 1) {
      poolId = own.get(0).id().value();
    }
  }

  /** Goes on when this step is complete. */
  public void next() {
    if (isComplete()) {
      step = Step.values()[step.ordinal() + 1];
    }
  }

  /** Goes back one step. */
  public void back() {
    step = Step.values()[step.ordinal() - 1];
  }

  private boolean isComplete() {
    return switch (step) {
      case CONTENT -> hasContent();
      case PLAN -> feedback.attempt(retention::retention).isPresent();
      case OPTIONS -> hasOptions();
      case TARGET, SUMMARY -> true;
    };
  }

  private boolean hasContent() {
    if (getChosen().isEmpty()) {
      feedback.refuse("tree", "wizard.content.required");
      return false;
    }
    return feedback.attempt(() -> tree.exclusions(exclusions.rules())).isPresent();
  }

  private boolean hasOptions() {
    if (isCaptchaNeeded()) {
      captcha.renew();
    }
    return feedback.attempt(() -> options.options(backupType)).isPresent();
  }

  /** Stores the job and shows the list; null stays and says why not. */
  public String save() {
    boolean saved =
        feedback.attempt(
            () -> {
              Optional<CaptchaAnswer> answer =
                  isCaptchaNeeded() ? Optional.of(captcha.answer()) : Optional.empty();
              if (jobId == null) {
                policies.create(definition(), answer);
              } else {
                policies.update(jobId, definition(), answer);
              }
            });
    if (!saved) {
      captcha.renew();
      return null;
    }
    FacesContext.getCurrentInstance().getExternalContext().getFlash().setKeepMessages(true);
    feedback.done("wizard.saved", name);
    return planKind == PlanKind.IMMEDIATE && jobId == null
        ? "/console/monitor/monitor?faces-redirect=true"
        : "/console/backup/jobs?faces-redirect=true";
  }

  /** The job as it stands in the wizard. */
  PolicyDefinition definition() {
    return new PolicyDefinition(
        name,
        new PlatformId(platformId),
        getChosen().stream().map(ContentTree::nodeOf).toList(),
        new AgentId(agentId),
        new PoolId(poolId),
        new PolicyDefinition.Plan(planKind, backupType, retention.retention()),
        options.options(backupType),
        tree.exclusions(exclusions.rules()));
  }

  /** Whether this save makes the job skip VMs silently (CAS-03). */
  public boolean isCaptchaNeeded() {
    return backupType != BackupType.FULL && options.getHandling().isSilent() && !silentBefore;
  }

  /** The chosen nodes. */
  public List<InventoryEntry> getChosen() {
    return tree == null ? List.of() : tree.chosen();
  }

  /** VMs that the choice stands for now. */
  public int getVmCount() {
    return getSelectionNow().map(now -> now.included().size()).orElse(0);
  }

  private Optional<ContentSelection> getSelectionNow() {
    return tree == null
        ? Optional.empty()
        : feedback.attempt(() -> tree.selection(exclusions.rules()));
  }

  /** VMs of the choice that are left out (INV-05). */
  public List<ContentSelection.Excluded> getExcluded() {
    return getSelectionNow().map(ContentSelection::excluded).orElse(List.of());
  }

  /** VMs of the choice that other jobs back up already (INV-07). */
  public List<InventoryEntry> getCovered() {
    return getSelectionNow().map(ContentSelection::included).orElse(List.of()).stream()
        .filter(vm -> !exclusions.coveredBy(vm).isEmpty())
        .toList();
  }

  public ExclusionsForm getExclusions() {
    return exclusions;
  }

  /** The content tree; null while the platform could not be asked. */
  public TreeNode<InventoryEntry> getRoot() {
    return tree == null ? null : tree.root();
  }

  /** What PrimeFaces keeps of the check boxes; the choice itself is {@link #getChosen}. */
  public TreeNode<?>[] getSelection() {
    return selection;
  }

  public void setSelection(TreeNode<?>[] selection) {
    this.selection = selection;
  }

  public Step getStep() {
    return step;
  }

  public List<Step> getSteps() {
    return List.of(Step.values());
  }

  public boolean isEditing() {
    return jobId != null;
  }

  /** The job that is edited; empty for a new one. */
  Optional<UUID> editedJob() {
    return Optional.ofNullable(jobId);
  }

  public String getPlatformId() {
    return platformId;
  }

  public void setPlatformId(String platformId) {
    this.platformId = platformId;
  }

  public InventoryTree getView() {
    return view;
  }

  public void setView(InventoryTree view) {
    this.view = view;
  }

  public String getSearch() {
    return search;
  }

  public void setSearch(String search) {
    this.search = search;
  }

  public String getAgentId() {
    return agentId;
  }

  public void setAgentId(String agentId) {
    this.agentId = agentId;
  }

  public String getPoolId() {
    return poolId;
  }

  public void setPoolId(String poolId) {
    this.poolId = poolId;
  }

  public PlanKind getPlanKind() {
    return planKind;
  }

  public void setPlanKind(PlanKind planKind) {
    this.planKind = planKind;
  }

  public BackupType getBackupType() {
    return backupType;
  }

  public void setBackupType(BackupType backupType) {
    this.backupType = backupType;
  }

  public RetentionForm getRetention() {
    return retention;
  }

  public OptionsForm getOptions() {
    return options;
  }

  public String getName() {
    return name;
  }

  public void setName(String name) {
    this.name = name;
  }
}
