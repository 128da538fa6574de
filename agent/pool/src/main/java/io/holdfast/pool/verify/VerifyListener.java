package io.holdfast.pool.verify;

/** Is told how far a verification has come. Called on the verifying thread, once per file. */
@FunctionalInterface
public interface VerifyListener {

  /**
   * @param checkedBytes read so far
   * @param totalBytes to read in all, as counted at the start
   * @return false to stop; the report then says so
   */
  boolean checked(long checkedBytes, long totalBytes);
}
