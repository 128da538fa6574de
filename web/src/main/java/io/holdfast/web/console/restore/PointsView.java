package io.holdfast.web.console.restore;

import io.holdfast.server.catalog.CatalogService;
import io.holdfast.server.catalog.ProtectedVm;
import io.holdfast.server.catalog.RestorePoint;
import io.holdfast.server.catalog.RestorePointQuery;
import io.holdfast.server.paging.Page;
import io.holdfast.server.paging.PageRequest;
import io.holdfast.server.pool.PoolId;
import io.holdfast.server.pool.PoolService;
import io.holdfast.server.pool.StoragePool;
import io.holdfast.web.console.layout.Feedback;
import io.holdfast.web.console.table.LazyRows;
import jakarta.annotation.PostConstruct;
import jakarta.faces.view.ViewScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;
import org.primefaces.event.NodeSelectEvent;
import org.primefaces.model.DefaultTreeNode;
import org.primefaces.model.TreeNode;

/** Finds a time point: pools, the VMs that have points in them, the points of one VM (RST-01). */
@Named("restorePoints")
@ViewScoped
public class PointsView implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final int MOST_VMS = 500;

  @Inject CatalogService catalog;
  @Inject PoolService pools;
  @Inject Feedback feedback;

  private String search;
  private transient TreeNode<TreeEntry> root;
  private transient TreeNode<?> selected;
  private transient LazyRows<RestorePoint> points;
  private transient TreeEntry shown;

  /**
   * A pool, or a VM that has restore points in it.
   *
   * @param pool the pool
   * @param vm the VM; null for the pool itself
   */
  public record TreeEntry(StoragePool pool, ProtectedVm vm) {}

  /** Builds the tree of pools and VMs that the search text finds. */
  @PostConstruct
  public void show() {
    root = new DefaultTreeNode<>();
    points = null;
    shown = null;
    for (StoragePool pool : feedback.attempt(pools::list).orElse(List.of())) {
      List<ProtectedVm> vms = vmsOf(pool);
      if (!vms.isEmpty()) {
        TreeNode<TreeEntry> node = new DefaultTreeNode<>("POOL", new TreeEntry(pool, null), root);
        node.setExpanded(true);
        node.setSelectable(false);
        vms.forEach(vm -> addVm(node, pool, vm));
      }
    }
  }

  private static void addVm(TreeNode<TreeEntry> parent, StoragePool pool, ProtectedVm vm) {
    TreeNode<TreeEntry> node = new DefaultTreeNode<>("VM", new TreeEntry(pool, vm), parent);
    node.setExpanded(false);
  }

  private List<ProtectedVm> vmsOf(StoragePool pool) {
    RestorePointQuery query =
        query(Optional.empty(), Optional.empty(), pool.id(), search == null ? "" : search);
    return feedback
        .attempt(() -> catalog.vms(query, PageRequest.first(MOST_VMS)).items())
        .orElse(List.of());
  }

  /** Shows the points of the VM that was clicked. */
  public void onSelect(NodeSelectEvent event) {
    shown = (TreeEntry) event.getTreeNode().getData();
    points = shown.vm() == null ? null : new LazyRows<>(this::load, point -> point.id().value());
  }

  private LazyRows.Rows<RestorePoint> load(int offset, int limit) {
    RestorePointQuery query =
        query(
            Optional.of(shown.vm().platformId()),
            Optional.of(shown.vm().vmId()),
            shown.pool().id(),
            "");
    Page<RestorePoint> page =
        feedback
            .attempt(() -> catalog.find(query, new PageRequest(offset, limit)))
            .orElse(new Page<>(List.of(), 0));
    return new LazyRows.Rows<>(page.items(), page.total());
  }

  private static RestorePointQuery query(
      Optional<String> platform, Optional<String> vm, PoolId pool, String text) {
    return new RestorePointQuery(
        platform, vm, Optional.of(pool), text, Optional.empty(), Optional.empty());
  }

  public TreeNode<TreeEntry> getRoot() {
    return root;
  }

  /** Whether there is anything to restore from, or to find. */
  public boolean isNothingFound() {
    return root == null || root.getChildCount() == 0;
  }

  /** The time points of the shown VM, newest first; null while none is shown. */
  public LazyRows<RestorePoint> getPoints() {
    return points;
  }

  public TreeEntry getShown() {
    return shown;
  }

  public String getSearch() {
    return search;
  }

  public void setSearch(String search) {
    this.search = search;
  }

  public TreeNode<?> getSelected() {
    return selected;
  }

  public void setSelected(TreeNode<?> selected) {
    this.selected = selected;
  }
}
