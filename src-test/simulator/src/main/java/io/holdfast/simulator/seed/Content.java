package io.holdfast.simulator.seed;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.simulator.json.Json;
import io.holdfast.simulator.qemu.NbdClient;
import io.holdfast.simulator.qemu.NbdProcess;
import io.holdfast.simulator.vm.Images;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Fills image files with content that is the same for the same seed: random, text that compresses,
 * half of each, a pattern.
 */
public final class Content {
  private static final int PIECE_BYTES = 1 << 20;
  private static final int MIX_BYTES = 64 << 10;
  private static final String[] WORDS = {
    "GET /index.html HTTP/1.1 200 ",
    "INFO  session opened for user ",
    "订单已确认 ",
    "2026-11-21T08:15:00+08:00 ",
    "SELECT id, name FROM customers WHERE ",
    "库存同步完成 ",
  };

  private Content() {}

  /** Writes the ranges (offset, length, kind, seed, pattern) into a file that nobody has open. */
  public static void write(Images images, Path file, List<JsonNode> ranges) throws IOException {
    if (ranges.isEmpty()) {
      return;
    }
    try (NbdProcess server = images.serve(file, true);
        NbdClient client = new NbdClient(server.socket(), server.export(), null)) {
      for (JsonNode range : ranges) {
        write(client, range);
      }
      client.flush();
    }
  }

  private static void write(NbdClient client, JsonNode range) throws IOException {
    long offset = Json.number(range, "offset", 0);
    long length = Json.number(range, "length", 0);
    String kind = Json.text(range, "kind", "mixed");
    SplittableRandom random = new SplittableRandom(Json.number(range, "seed", 1));
    byte[] piece = new byte[PIECE_BYTES];
    for (long done = 0; done < length; done += PIECE_BYTES) {
      switch (kind) {
        case "random" -> random.nextBytes(piece);
        case "text" -> text(piece, 0, PIECE_BYTES, random);
        case "mixed" -> mixed(piece, random);
        case "zero" -> java.util.Arrays.fill(piece, (byte) 0);
        default -> java.util.Arrays.fill(piece, (byte) Json.number(range, "pattern", 0x5a));
      }
      client.write(
          offset + done, ByteBuffer.wrap(piece, 0, (int) Math.min(PIECE_BYTES, length - done)));
    }
  }

  private static void mixed(byte[] piece, SplittableRandom random) {
    random.nextBytes(piece);
    for (int at = 0; at < piece.length; at += 2 * MIX_BYTES) {
      text(piece, at, MIX_BYTES, random);
    }
  }

  private static void text(byte[] piece, int from, int length, SplittableRandom random) {
    int at = from;
    int end = from + length;
    while (at < end) {
      byte[] word =
          (WORDS[random.nextInt(WORDS.length)] + random.nextInt(100_000) + "\n")
              .getBytes(StandardCharsets.UTF_8);
      int count = Math.min(word.length, end - at);
      System.arraycopy(word, 0, piece, at, count);
      at += count;
    }
  }
}
