package io.holdfast.server.restore;

import io.holdfast.error.Messages;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a restore would do, asked of the backup host before anything is changed.
 *
 * @param vmName the VM in the restore point
 * @param disks the chosen disks
 * @param overwrittenVmId the platform's id of an existing VM that would be overwritten, or empty
 * @param notices differences and things that cannot be brought back
 */
public record RestorePreview(
    String vmName, List<PreviewDisk> disks, String overwrittenVmId, List<PreviewNotice> notices) {
  /**
   * A disk that would be written.
   *
   * @param diskKey of the restore point
   * @param device how people know it
   * @param sizeBytes its size
   * @param dataBytes of it to be written; the rest is zero
   */
  public record PreviewDisk(String diskKey, String device, long sizeBytes, long dataBytes) {}

  /** A notice with what it names. */
  public record PreviewNotice(String code, Map<String, String> parameters, boolean warning) {
    /** The sentence in the reader's language. */
    public String message(Locale locale) {
      return Messages.text(code, parameters, locale);
    }
  }
}
