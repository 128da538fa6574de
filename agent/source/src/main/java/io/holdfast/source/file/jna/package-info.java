/**
 * The system call that Java has no word for: giving a range of a file back to its file system. JNA
 * types do not leave this package.
 */
package io.holdfast.source.file.jna;
