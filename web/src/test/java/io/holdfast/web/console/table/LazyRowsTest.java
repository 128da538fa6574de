package io.holdfast.web.console.table;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("CON-02")
class LazyRowsTest {
  private final LazyRows<Integer> rows = new LazyRows<>(LazyRowsTest::part, number -> number);

  @Test
  void asksForOnePageOnly() {
    assertEquals(List.of(20, 21, 22), rows.load(20, 3, Map.of(), Map.of()));
    assertEquals(25, rows.getRowCount());
  }

  @Test
  void aPageThatIsGoneShowsTheFirstOne() {
    assertEquals(List.of(0, 1), rows.load(40, 2, Map.of(), Map.of()));
  }

  private static LazyRows.Rows<Integer> part(int offset, int limit) {
    return new LazyRows.Rows<>(
        IntStream.range(offset, Math.min(25, offset + limit)).boxed().toList(), 25);
  }
}
