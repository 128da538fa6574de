/**
 * Binding of the CVD-SDK's C functions. JNA types do not leave this package. A pointer is used only
 * between open and close; who calls close sees to it that no other call is running.
 */
package io.holdfast.source.cvd.jna;
