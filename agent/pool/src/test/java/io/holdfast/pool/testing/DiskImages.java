package io.holdfast.pool.testing;

import java.util.Random;

/** Disk contents made from a seed. */
public final class DiskImages {
  private static final int BLOCK = 4096;

  private DiskImages() {}

  /** Blocks of zeros, of text-like and of random bytes, in stretches of different length. */
  public static byte[] mixed(Random random, int size) {
    byte[] image = new byte[size];
    int at = 0;
    while (at < size) {
      int length = Math.min(size - at, BLOCK * (1 + random.nextInt(40)));
      write(random, image, at, length);
      at += length;
    }
    return image;
  }

  /** Overwrites a stretch with zeros, compressible or random bytes. */
  public static void write(Random random, byte[] image, int offset, int length) {
    switch (random.nextInt(3)) {
      case 0 -> java.util.Arrays.fill(image, offset, offset + length, (byte) 0);
      case 1 -> {
        for (int i = offset; i < offset + length; i++) {
          image[i] = (byte) ("holdfast ".charAt(i % 9) + (random.nextInt(20) == 0 ? 1 : 0));
        }
      }
      default -> {
        byte[] noise = new byte[length];
        random.nextBytes(noise);
        System.arraycopy(noise, 0, image, offset, length);
      }
    }
  }
}
