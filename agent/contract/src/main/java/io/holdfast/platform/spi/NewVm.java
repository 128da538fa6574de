package io.holdfast.platform.spi;

import io.holdfast.agent.protocol.RestoreNetwork;
import io.holdfast.agent.protocol.VmDescription;
import java.util.List;

/**
 * A VM to create for a restore.
 *
 * @param name unique name
 * @param hostId where
 * @param like the VM that was backed up: CPU, memory, firmware, boot order… are taken from it
 * @param disks in the order of their devices
 * @param networks as mapped
 * @param keepMac keep the MAC addresses of {@code like}
 * @param ownerTag the restore session, so that a repeated call finds what the first one made
 */
public record NewVm(
    String name,
    String hostId,
    VmDescription like,
    List<NewDisk> disks,
    List<RestoreNetwork> networks,
    boolean keepMac,
    String ownerTag) {}
