/**
 * The driver of H3C CAS (CVM manager, CVK hosts). Public sources [P], product guides [SRC] and
 * assumptions [INF] are marked where they are used; what is [INF] stands in one class each: the
 * snapshot kind in {@code CasSnapshots}, change tracking in {@code CasTracking}, the data plane's
 * control protocol in the package {@code cvd}. Invariant: nothing here moves a disk byte.
 */
package io.holdfast.platform.h3ccas;
