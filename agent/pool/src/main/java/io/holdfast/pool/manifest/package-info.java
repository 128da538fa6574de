/** The manifest: the file that makes a restore point exist. Knows the format, opens no map. */
package io.holdfast.pool.manifest;
