package io.holdfast.pool.format;

import com.github.luben.zstd.Zstd;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.CRC32C;
import net.jpountz.lz4.LZ4Factory;

/**
 * A reader written from doc/pool-format.md alone: it uses nothing of the product, so that code and
 * document cannot drift apart together.
 */
final class DocumentedReader {
  private final Path pool;
  private final Optional<DocumentedKeys> keys;

  DocumentedReader(Path pool) {
    this(pool, Optional.empty());
  }

  DocumentedReader(Path pool, Optional<DocumentedKeys> keys) {
    this.pool = pool;
    this.keys = keys;
  }

  private static IllegalStateException wrong(String what) {
    return new IllegalStateException("not as documented: " + what);
  }

  private static void require(boolean condition, String what) {
    if (!condition) {
      throw wrong(what);
    }
  }

  ByteBuffer file(String name) throws IOException {
    return ByteBuffer.wrap(Files.readAllBytes(pool.resolve(name)));
  }

  static UUID uuid(ByteBuffer bytes, int at) {
    return new UUID(bytes.getLong(at), bytes.getLong(at + 8));
  }

  static int crc(ByteBuffer bytes, int from, int to) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.array(), from, to - from);
    return (int) crc.getValue();
  }

  static byte[] sha256(byte[] bytes, int from, int to) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(bytes, from, to - from);
      return digest.digest();
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** The common header. */
  void checkHeader(ByteBuffer file, String kind, UUID object, int parameter) {
    byte[] magic = Arrays.copyOf(file.array(), 8);
    byte[] letters = kind.getBytes(StandardCharsets.US_ASCII);
    byte[] expected = {
      (byte) 0x89, 0x48, 0x46, letters[0], letters[1], letters[2], letters[3], 0x0A
    };
    require(Arrays.equals(expected, magic), "magic of " + kind);
    require(file.getShort(8) == 1, "version");
    int allowed = kind.equals("PACK") ? 3 : kind.equals("POOL") ? 5 : 0;
    require((file.getInt(12) & ~allowed) == 0, "features");
    require(uuid(file, 16).equals(GoldenPools.POOL_ID), "pool id");
    require(uuid(file, 32).equals(object), "object id");
    require(file.getInt(56) == parameter, "parameter");
    require(file.getInt(60) == crc(file, 0, 60), "checksum of the header");
  }

  /** A framed document's body. */
  byte[] body(String name, String kind, UUID object) throws IOException {
    ByteBuffer file = file(name);
    checkHeader(file, kind, object, 0);
    int length = (int) file.getLong(64);
    require(file.capacity() == 104 + length, "length of " + name);
    byte[] digest = sha256(file.array(), 0, 72 + length);
    require(
        Arrays.equals(digest, Arrays.copyOfRange(file.array(), 72 + length, 104 + length)),
        "digest of " + name);
    return Arrays.copyOfRange(file.array(), 72, 72 + length);
  }

  /** A disk by its map. */
  byte[] disk(UUID restorePoint, int number) throws IOException {
    ByteBuffer map = file("maps/" + restorePoint + "/" + number + ".map");
    int end = map.capacity();
    checkHeader(map, "DMAP", restorePoint, GoldenPools.CHUNK);
    require(
        Arrays.equals(
            sha256(map.array(), 0, end - 32), Arrays.copyOfRange(map.array(), end - 32, end)),
        "digest of the map");
    byte[] disk = new byte[(int) map.getLong(64)];
    require(map.getInt(72) == number, "disk number");
    int entries = (int) map.getLong(end - 64);
    int runs = map.getInt(end - 56);
    int packs = map.getInt(end - 52);
    int runTable = 80 + 48 * entries;
    int packTable = runTable + 16 * runs;
    require(packTable + 24 * packs + 64 == end, "sizes in the map");
    int entry = 0;
    for (int run = 0; run < runs; run++) {
      long first = map.getLong(runTable + 16 * run);
      for (int k = 0; k < map.getInt(runTable + 16 * run + 8); k++) {
        int at = 80 + 48 * entry++;
        byte[] plain = chunk(map, at, packTable);
        System.arraycopy(plain, 0, disk, (int) (first + k) * GoldenPools.CHUNK, plain.length);
      }
    }
    require(entry == entries, "number of entries");
    return disk;
  }

  private byte[] chunk(ByteBuffer map, int at, int packTable) throws IOException {
    int packEntry = packTable + 24 * map.getInt(at + 32);
    UUID packId = uuid(map, packEntry);
    ByteBuffer pack = pack(packId);
    require(pack.capacity() == map.getLong(packEntry + 16), "length of the pack");
    int record = map.getInt(at + 36);
    int stored = map.getInt(at + 40);
    int plainLength = map.getInt(at + 44);
    require(ascii(pack, record).equals("HFCR"), "record magic");
    require(pack.getInt(record + 84) == crc(pack, record, record + 84), "record checksum");
    boolean encrypted = keys.isPresent();
    require(pack.get(record + 5) == (encrypted ? 3 : 0), "flags");
    require(pack.getShort(record + 6) == (encrypted ? 1 : 0), "key number");
    require(((pack.getInt(12) & 1) != 0) == encrypted, "feature of the pack");
    require(pack.getInt(record + 8) == plainLength, "plain length");
    require(pack.getInt(record + 12) == stored, "stored length");
    int from = record + 88;
    require(pack.getInt(record + 76) == crc(pack, from, from + stored), "stored checksum");
    byte[] id = Arrays.copyOfRange(map.array(), at, at + 32);
    byte[] bytes =
        encrypted
            ? keys.get().decrypt(pack.array(), record, stored)
            : Arrays.copyOfRange(pack.array(), from, from + stored);
    byte[] plain = plain(pack.get(record + 4), bytes, plainLength);
    byte[] expected = encrypted ? keys.get().id(plain) : sha256(plain, 0, plainLength);
    require(Arrays.equals(id, expected), "id of the chunk");
    require(
        Arrays.equals(id, Arrays.copyOfRange(pack.array(), record + 16, record + 48)),
        "id in the record");
    return plain;
  }

  private static byte[] plain(byte codec, byte[] stored, int plainLength) {
    byte[] plain = new byte[plainLength];
    switch (codec) {
      case 0 -> System.arraycopy(stored, 0, plain, 0, stored.length);
      case 1 ->
          LZ4Factory.safeInstance()
              .safeDecompressor()
              .decompress(stored, 0, stored.length, plain, 0);
      case 2 -> require(Zstd.decompress(plain, stored) == plainLength, "zstd frame");
      default -> throw wrong("codec");
    }
    return plain;
  }

  static String ascii(ByteBuffer bytes, int at) {
    return new String(bytes.array(), at, 4, StandardCharsets.US_ASCII);
  }

  ByteBuffer pack(UUID packId) throws IOException {
    ByteBuffer pack = file("packs/" + packId.toString().substring(0, 2) + "/" + packId + ".pack");
    checkHeader(pack, "PACK", packId, GoldenPools.CHUNK);
    return pack;
  }

  /** The chunks of a pack by footer and directory; checks that they meet record by record. */
  int records(UUID packId) throws IOException {
    ByteBuffer pack = pack(packId);
    int end = pack.capacity();
    require(ascii(pack, end - 8).equals("HFPF"), "footer magic");
    require(pack.getInt(end - 4) == crc(pack, end - 32, end - 4), "footer checksum");
    int directory = (int) pack.getLong(end - 32);
    int length = pack.getInt(end - 24);
    int count = pack.getInt(end - 20);
    require(directory + length + 32 == end, "directory and footer meet");
    require(pack.getInt(end - 16) == crc(pack, directory, directory + length), "directory");
    require(ascii(pack, directory).equals("HFDR"), "directory magic");
    require(pack.getInt(directory + 4) == count && length == 8 + 52 * count, "count");
    int next = 64;
    for (int i = 0; i < count; i++) {
      int at = directory + 8 + 52 * i;
      require(pack.getInt(at + 32) == next, "no gaps");
      require(pack.getInt(at + 36) == pack.getInt(next + 12), "stored length in directory");
      require(pack.getInt(at + 40) == pack.getInt(next + 8), "plain length in directory");
      require(pack.get(at + 44) == pack.get(next + 4), "codec in directory");
      require(pack.getInt(at + 48) == pack.getInt(next + 76), "checksum in directory");
      next += 88 + pack.getInt(next + 12);
    }
    require(next == directory, "records end where the directory begins");
    return count;
  }
}
