/**
 * A whole installation on one machine for tests and the demo: the launcher's processes, the
 * simulator's lab port and the REST API as a scripter sees it. Nothing of the product is linked in.
 */
package io.holdfast.system.bed;
