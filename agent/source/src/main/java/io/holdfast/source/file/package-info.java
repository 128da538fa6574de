/**
 * Raw image files on this host as source and target, for tests, offline work and pools that restore
 * into a file. Knows the SPI only; the one native call stands in {@code jna}.
 */
package io.holdfast.source.file;
