/**
 * A real Linux guest for tests: one disk image, made without root, that boots by BIOS and by UEFI,
 * checks itself and then writes for ever; and what such a guest says on its serial port.
 */
package io.holdfast.system.guest;
