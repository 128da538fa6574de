package io.holdfast.server.paging;

import java.util.List;

/**
 * A part of a list and how long the whole list is.
 *
 * @param items the rows asked for, in the list's order
 * @param total rows of the whole list that match
 */
public record Page<T>(List<T> items, long total) {
  public Page {
    items = List.copyOf(items);
  }
}
