package io.holdfast.web.rest;

import io.holdfast.server.paging.Page;
import io.holdfast.server.paging.PageRequest;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.QueryParam;
import java.util.List;
import java.util.function.Function;

/**
 * A part of a list.
 *
 * @param items the rows asked for
 * @param total rows of the whole list
 */
public record Paged<T>(List<T> items, long total) {

  /** A page with every row translated. */
  public static <S, T> Paged<T> of(Page<S> page, Function<S, T> translation) {
    return new Paged<>(page.items().stream().map(translation).toList(), page.total());
  }

  /** The query parameters {@code offset} (0) and {@code limit} (100, at most 1000). */
  public static class Part {
    @QueryParam("offset")
    @DefaultValue("0")
    int offset;

    @QueryParam("limit")
    @DefaultValue("100")
    int limit;

    /** VALUE_OUT_OF_RANGE when out of bounds. */
    public PageRequest request() {
      return new PageRequest(offset, limit);
    }
  }
}
