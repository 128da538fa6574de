/** Real Linux guests ({@code io.holdfast.toolkit.guest}) as VMs of the simulated platforms. */
package io.holdfast.system.guest;
