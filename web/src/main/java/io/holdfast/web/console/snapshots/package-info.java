/** Pages of VM snapshots and of their schedules (CAS-21). */
package io.holdfast.web.console.snapshots;
