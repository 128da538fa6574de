/**
 * Disks through the CVD-SDK, a vendor's shared library that is loaded by name from a configured
 * folder. The SDK blocks its caller: worker threads turn it into futures. Its C interface is our
 * assumption [INF], see the document of the stand-in; only the package {@code jna} knows it.
 */
package io.holdfast.source.cvd;
