/** How disks are read and written on the platform, as backups and restores both let it be set. */
package io.holdfast.web.console.dataplane;
