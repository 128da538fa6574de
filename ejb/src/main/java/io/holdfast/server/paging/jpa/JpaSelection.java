package io.holdfast.server.paging.jpa;

import io.holdfast.server.paging.Page;
import io.holdfast.server.paging.PageRequest;
import jakarta.persistence.EntityManager;
import jakarta.persistence.TypedQuery;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Rows under conditions that are put together once and hold for the rows and for their count. Not
 * thread-safe; lives within a transaction.
 */
public final class JpaSelection {
  private final EntityManager entities;
  private final String from;
  private final StringBuilder where = new StringBuilder(" where 1 = 1");
  private final Map<String, Object> parameters = new LinkedHashMap<>();

  /**
   * @param from entity and its name in the conditions
   */
  public JpaSelection(EntityManager entities, String from) {
    this.entities = entities;
    this.from = from;
  }

  /**
   * Adds a condition.
   *
   * @param condition with one parameter, of this name
   */
  public JpaSelection and(String condition, String name, Object value) {
    where.append(" and ").append(condition);
    parameters.put(name, value);
    return this;
  }

  /**
   * Adds the condition that a text is contained, whatever the case; a blank text is none.
   *
   * @param columns of which one must contain it
   */
  public JpaSelection andContains(String text, String... columns) {
    if (text == null || text.isBlank()) {
      return this;
    }
    String condition =
        String.join(
            " or ",
            List.of(columns).stream()
                .map(column -> "lower(" + column + ") like :text escape '!'")
                .toList());
    String wanted = text.strip().toLowerCase(Locale.ROOT).replaceAll("([!%_])", "!$1");
    return and("(" + condition + ")", "text", "%" + wanted + "%");
  }

  /**
   * A part of the rows.
   *
   * @param select what of each row
   * @param order of the rows, with a grouping before it if there is one
   */
  public <T> List<T> rows(String select, String order, Class<T> type, PageRequest page) {
    return query("select " + select + " from " + from + where + " " + order, type)
        .setFirstResult(page.offset())
        .setMaxResults(page.limit())
        .getResultList();
  }

  /**
   * How many rows there are.
   *
   * @param counted of each row
   */
  public long count(String counted) {
    return query("select count(" + counted + ") from " + from + where, Long.class)
        .getSingleResult();
  }

  /** A part of the rows, each an entity, and how many there are. */
  public <T> Page<T> page(String entity, String order, Class<T> type, PageRequest page) {
    return new Page<>(rows(entity, order, type, page), count(entity));
  }

  private <T> TypedQuery<T> query(String text, Class<T> type) {
    TypedQuery<T> query = entities.createQuery(text, type);
    parameters.forEach(query::setParameter);
    return query;
  }
}
