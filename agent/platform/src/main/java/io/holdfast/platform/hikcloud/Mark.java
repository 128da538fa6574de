package io.holdfast.platform.hikcloud;

/**
 * A tracking mark as a restore point keeps it: {@code <snapshot id>@<image id>}. The platform's
 * snapshot is what changes are counted from; the image's id tells whether it still is the image
 * that was backed up, as one that was made anew under the same name is not.
 *
 * @param snapshotId the platform's id
 * @param imageId the cluster's id; empty where it is not known
 */
record Mark(String snapshotId, String imageId) {
  static Mark of(String text) {
    int at = text.indexOf('@');
    return at < 0 ? new Mark(text, "") : new Mark(text.substring(0, at), text.substring(at + 1));
  }

  String text() {
    return snapshotId + "@" + imageId;
  }
}
