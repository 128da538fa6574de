/**
 * Binding of librados and librbd; {@code ear/src/doc/rbd.md} has the table of functions. JNA types
 * do not leave this package. Pointers are longs: the agent runs on 64-bit Linux only. A handle is
 * used only between open and close; who closes sees to it that no other call is running. Nothing
 * that C calls throws into C.
 */
package io.holdfast.source.rbd.jna;
