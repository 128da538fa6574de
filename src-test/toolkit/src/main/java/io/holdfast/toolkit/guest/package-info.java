/**
 * A real Linux guest for tests: one disk image, made without root, that boots by BIOS and by UEFI,
 * checks itself, writes for ever and has QEMU's guest agent; and what such a guest says on its
 * serial port.
 */
package io.holdfast.toolkit.guest;
