/**
 * A small client of cvd-ds's control protocol: it opens a disk on a CVK and learns the NBD port and
 * export to read or write it by. Port 8192 is [SRC], the protocol is assumed [INF]. Used only where
 * the vendor's CVD-SDK is not: the SDK speaks to cvd-ds itself. Invariant: a handle lives as long
 * as its {@link io.holdfast.platform.h3ccas.cvd.CvdSession}; nothing here reads a disk byte.
 */
package io.holdfast.platform.h3ccas.cvd;
