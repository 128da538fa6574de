package io.holdfast.source.spi;

/**
 * An RBD image, live or at a snapshot.
 *
 * @param cluster where it is
 * @param pool name of the Ceph pool
 * @param namespace namespace in the pool; empty for the default one
 * @param image its name
 * @param snapshot name of the snapshot; empty for the live image
 */
public record RbdImage(
    CephAccess cluster, String pool, String namespace, String image, String snapshot)
    implements DiskEndpoint.DiskObject {

  /** An image in the default namespace. */
  public RbdImage(CephAccess cluster, String pool, String image, String snapshot) {
    this(cluster, pool, "", image, snapshot);
  }

  /** The same image at another snapshot; empty for the live image. */
  public RbdImage at(String otherSnapshot) {
    return new RbdImage(cluster, pool, namespace, image, otherSnapshot);
  }

  /** {@code pool/namespace/image@snapshot}, as the command {@code rbd} writes it. */
  public String path() {
    return pool
        + "/"
        + (namespace.isEmpty() ? "" : namespace + "/")
        + image
        + (snapshot.isEmpty() ? "" : "@" + snapshot);
  }
}
