package io.holdfast.source.rbd.jna;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;

/** The functions of {@code rados/librados.h} that are used; names and order are the library's. */
@SuppressWarnings("checkstyle:MethodName")
final class RadosFunctions {
  private RadosFunctions() {}

  static void bind(NativeLibrary library) {
    Native.register(RadosFunctions.class, library);
  }

  static native void rados_version(
      IntByReference major, IntByReference minor, IntByReference extra);

  // int rados_create(rados_t *cluster, const char *id)
  static native int rados_create(LongByReference cluster, String id);

  static native int rados_conf_read_file(long cluster, String path);

  static native int rados_conf_set(long cluster, String option, String value);

  static native int rados_connect(long cluster);

  static native void rados_shutdown(long cluster);

  static native long rados_get_instance_id(long cluster);

  // int rados_cluster_fsid(rados_t, char *buf, size_t len)
  static native int rados_cluster_fsid(long cluster, byte[] text, long textBytes);

  // int rados_cluster_stat(rados_t, struct rados_cluster_stat_t { uint64_t kb, kb_used, kb_avail,
  //                        num_objects; } *)
  static native int rados_cluster_stat(long cluster, long[] statistics);

  // int rados_pool_list(rados_t, char *buf, size_t len): names with a 0 after each, "" at the end
  static native int rados_pool_list(long cluster, byte[] names, long nameBytes);

  static native int rados_ioctx_create(long cluster, String pool, LongByReference context);

  static native void rados_ioctx_set_namespace(long context, String namespace);

  static native void rados_ioctx_destroy(long context);
}
