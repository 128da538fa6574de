package io.holdfast.source.rbd.jna;

import com.sun.jna.ptr.LongByReference;
import io.holdfast.source.spi.CephAccess;
import io.holdfast.source.spi.RbdImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A connection to a cluster; owns its {@code rados_t}. Thread-safe but for {@link #close}, which is
 * the last call.
 */
public final class CephConnection implements AutoCloseable {
  private static final int MAX_NAME_BYTES = 1 << 20;
  private static final int FSID_BYTES = 37;
  private static final int STATISTICS = 4;

  private final long cluster;

  private CephConnection(long cluster) {
    this.cluster = cluster;
  }

  /**
   * Connects; takes at most the access's time-outs.
   *
   * @param libraries loaded before
   */
  public static CephConnection open(
      CephLibraries libraries, CephAccess access, CephError.Mapping errors) {
    return DeepStack.call(() -> open(access, errors));
  }

  private static CephConnection open(CephAccess access, CephError.Mapping errors) {
    LongByReference out = new LongByReference();
    CephError.check("rados_create", RadosFunctions.rados_create(out, access.clientId()), errors);
    CephConnection connection = new CephConnection(out.getValue());
    try {
      requireAscii(access.configuration(), errors);
      CephError.check(
          "rados_conf_read_file",
          RadosFunctions.rados_conf_read_file(
              connection.cluster, access.configuration().toString()),
          errors);
      settings(access).forEach(connection::set);
      CephError.check("rados_connect", RadosFunctions.rados_connect(connection.cluster), errors);
      return connection;
    } catch (RuntimeException | Error failure) {
      connection.close();
      throw failure;
    }
  }

  /** Release 16 ends the process with an assertion when it parses anything else. */
  private static void requireAscii(Path file, CephError.Mapping errors) {
    byte[] text;
    try {
      text = Files.readAllBytes(file);
    } catch (IOException unreadable) {
      return; // the library says why
    }
    for (byte letter : text) {
      if (letter < 0) {
        throw errors.of(new CephError("rados_conf_read_file", CephError.EILSEQ));
      }
    }
  }

  /** What must hold whatever the configuration file says. */
  private static Map<String, String> settings(CephAccess access) {
    Map<String, String> settings = new LinkedHashMap<>();
    access.keyring().ifPresent(file -> settings.put("keyring", file.toString()));
    settings.put("client_mount_timeout", seconds(access.connectTimeout()));
    settings.put("rados_mon_op_timeout", seconds(access.operationTimeout()));
    settings.put("rados_osd_op_timeout", seconds(access.operationTimeout()));
    // Every byte is read or written once: a cache only copies.
    settings.put("rbd_cache", "false");
    // A discard that leaves bytes standing would be no zeroing.
    settings.put("rbd_skip_partial_discard", "false");
    settings.put("rbd_discard_granularity_bytes", "0");
    // A search for areas asks object by object: with ten at once, the library's own number, an
    // image
    // of 1 TiB takes 26000 round trips.
    settings.put("rbd_concurrent_management_ops", "32");
    // The library of a guest writes neither logs nor sockets.
    settings.put("log_file", "");
    settings.put("log_to_stderr", "false");
    settings.put("err_to_stderr", "false");
    settings.put("admin_socket", "");
    return settings;
  }

  private static String seconds(Duration duration) {
    return String.valueOf(Math.max(1, duration.toSeconds()));
  }

  /** An option that this version does not know is none that it needs. */
  private void set(String option, String value) {
    RadosFunctions.rados_conf_set(cluster, option, value);
  }

  /** Opens a pool and, in it, an image. */
  public RbdHandle open(RbdImage image, boolean forWriting, CephError.Mapping errors) {
    LongByReference context = new LongByReference();
    CephError.check(
        "rados_ioctx_create",
        RadosFunctions.rados_ioctx_create(cluster, image.pool(), context),
        errors);
    if (!image.namespace().isEmpty()) {
      RadosFunctions.rados_ioctx_set_namespace(context.getValue(), image.namespace());
    }
    LongByReference out = new LongByReference();
    String snapshot = image.snapshot().isEmpty() ? null : image.snapshot();
    long io = context.getValue();
    try {
      if (forWriting) {
        CephError.check(
            "rbd_open", RbdFunctions.rbd_open(io, image.image(), out, snapshot), errors);
      } else {
        CephError.check(
            "rbd_open_read_only",
            RbdFunctions.rbd_open_read_only(io, image.image(), out, snapshot),
            errors);
      }
    } catch (RuntimeException | Error failure) {
      RadosFunctions.rados_ioctx_destroy(io);
      throw failure;
    }
    return new RbdHandle(io, out.getValue());
  }

  /** The cluster's id. */
  public String fsid(CephError.Mapping errors) {
    byte[] text = new byte[FSID_BYTES];
    int length =
        (int)
            CephError.check(
                "rados_cluster_fsid",
                RadosFunctions.rados_cluster_fsid(cluster, text, text.length),
                errors);
    return new String(text, 0, length, StandardCharsets.UTF_8);
  }

  /** Names of its pools. */
  public List<String> pools(CephError.Mapping errors) {
    byte[] names = new byte[MAX_NAME_BYTES];
    CephError.check(
        "rados_pool_list", RadosFunctions.rados_pool_list(cluster, names, names.length), errors);
    int length = 0;
    while (length < names.length - 1 && !(names[length] == 0 && names[length + 1] == 0)) {
      length++;
    }
    String all = new String(names, 0, length, StandardCharsets.UTF_8);
    return Arrays.stream(all.split("\0", -1)).filter(name -> !name.isEmpty()).toList();
  }

  /** Capacity and free capacity in bytes, in this order. */
  public long[] space(CephError.Mapping errors) {
    long[] kibibytes = new long[STATISTICS];
    CephError.check(
        "rados_cluster_stat", RadosFunctions.rados_cluster_stat(cluster, kibibytes), errors);
    return new long[] {kibibytes[0] << 10, kibibytes[2] << 10};
  }

  /** The number that the cluster knows this client by; watchers carry it. */
  public long clientNumber() {
    return RadosFunctions.rados_get_instance_id(cluster);
  }

  /** Ends the connection. Its images have been closed before. */
  @Override
  public void close() {
    RadosFunctions.rados_shutdown(cluster);
  }
}
