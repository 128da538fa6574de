package io.holdfast.web.console.table;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.primefaces.model.FilterMeta;
import org.primefaces.model.LazyDataModel;
import org.primefaces.model.SortMeta;

/**
 * Rows of a table that come from a service part by part. The order is the service's. One per view,
 * used by one request at a time.
 *
 * @param <T> a row
 */
public class LazyRows<T> extends LazyDataModel<T> {
  private static final long serialVersionUID = 1L;
  private static final int DEFAULT_ROWS = 20;

  private final transient RowSource<T> source;
  private final transient Function<T, ?> key;

  /**
   * Asks a service for rows.
   *
   * @param <T> a row
   */
  @FunctionalInterface
  public interface RowSource<T> {
    /** The rows from {@code offset}, at most {@code limit}, and how many there are in all. */
    Rows<T> rows(int offset, int limit);
  }

  /**
   * Part of a list.
   *
   * @param items the rows
   * @param total rows of the whole list
   */
  public record Rows<T>(List<T> items, long total) {}

  public LazyRows(RowSource<T> source, Function<T, ?> key) {
    this.source = source;
    this.key = key;
  }

  @Override
  public int count(Map<String, FilterMeta> filterBy) {
    return getRowCount();
  }

  @Override
  public List<T> load(
      int first, int pageSize, Map<String, SortMeta> sortBy, Map<String, FilterMeta> filterBy) {
    int limit = pageSize > 0 ? pageSize : DEFAULT_ROWS;
    Rows<T> rows = source.rows(first, limit);
    if (rows.items().isEmpty() && first > 0) {
      rows = source.rows(0, limit);
    }
    setRowCount((int) Math.min(Integer.MAX_VALUE, rows.total()));
    return rows.items();
  }

  @Override
  public String getRowKey(T row) {
    return String.valueOf(key.apply(row));
  }

  @Override
  public T getRowData(String rowKey) {
    List<T> rows = getWrappedData();
    return rows == null
        ? null
        : rows.stream().filter(row -> getRowKey(row).equals(rowKey)).findFirst().orElse(null);
  }
}
