package io.holdfast.platform.h3ccas;

import io.holdfast.agent.protocol.HostResources;
import io.holdfast.agent.protocol.NetworkCard;
import io.holdfast.agent.protocol.ProfileDescription;
import io.holdfast.agent.protocol.RestoreNetwork;
import io.holdfast.agent.protocol.VSwitchDescription;
import io.holdfast.error.ErrorCode;
import io.holdfast.platform.spi.NewVm;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The network cards of a VM to create (CAS-13, CAS-14). vSwitches belong to one host, so a card's
 * switch is found on the target host by id, else by name, else vSwitch0 stands in. A card without a
 * network policy template cannot be created [SRC].
 */
final class CasNetworks {
  private final CasErrors errors;
  private final CasHosts hosts;

  CasNetworks(CasErrors errors, CasHosts hosts) {
    this.errors = errors;
    this.hosts = hosts;
  }

  /** Entries of {@code POST /vm/add}; NETWORK_PROFILE_MISSING naming the card. */
  List<Map<String, Object>> entries(NewVm wanted) {
    List<NetworkCard> before = wanted.like().getNetworksList();
    HostResources offered = hosts.resources(wanted.hostId());
    List<Map<String, Object>> result = new ArrayList<>();
    if (wanted.networks().isEmpty()) {
      for (NetworkCard card : before) {
        String profile = card.getProfileId().isEmpty() ? first(offered) : card.getProfileId();
        result.add(entry(wanted, card, card.getVswitchId(), profile, offered));
      }
      return result;
    }
    for (RestoreNetwork mapped : wanted.networks()) {
      NetworkCard card =
          before.stream()
              .filter(each -> !mapped.getMac().isEmpty() && each.getMac().equals(mapped.getMac()))
              .findFirst()
              .orElse(NetworkCard.getDefaultInstance());
      String vSwitch =
          mapped.getVswitchId().isEmpty() ? card.getVswitchId() : mapped.getVswitchId();
      String profile =
          mapped.getProfileId().isEmpty() ? card.getProfileId() : mapped.getProfileId();
      NetworkCard named =
          mapped.getVswitchId().isEmpty() ? card : card.toBuilder().clearVswitchName().build();
      result.add(entry(wanted, named, vSwitch, profile, offered));
    }
    return result;
  }

  /**
   * A new VM's card that had no template gets the platform's first, which the table of differences
   * says; that restores to the original path need one [SRC] is judged before.
   */
  private static String first(HostResources offered) {
    return offered.getProfilesList().stream().findFirst().map(ProfileDescription::getId).orElse("");
  }

  private Map<String, Object> entry(
      NewVm wanted, NetworkCard card, String vSwitch, String profile, HostResources offered) {
    requireProfile(wanted, card, profile, offered);
    VSwitchDescription found =
        vSwitch(card, vSwitch, offered)
            .orElseThrow(
                () ->
                    errors.of(
                        ErrorCode.NOT_FOUND,
                        "no such vSwitch",
                        "what",
                        "vSwitch",
                        "id",
                        vSwitch + " " + card.getVswitchName()));
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("vsId", found.getId());
    entry.put("vsName", found.getName());
    entry.put("profileId", profile);
    entry.put("deviceModel", card.getModel().isEmpty() ? "virtio" : card.getModel());
    entry.put("isKernelAccelerated", 1);
    if (wanted.keepMac() && !card.getMac().isEmpty()) {
      entry.put("mac", card.getMac());
    }
    return entry;
  }

  private void requireProfile(
      NewVm wanted, NetworkCard card, String profile, HostResources offered) {
    boolean there =
        offered.getProfilesList().stream().map(ProfileDescription::getId).anyMatch(profile::equals);
    if (profile.isEmpty() || !there) {
      throw errors.of(
          ErrorCode.NETWORK_PROFILE_MISSING,
          profile.isEmpty() ? "none" : "template " + profile + " does not exist",
          "vm",
          wanted.name(),
          "mac",
          card.getMac());
    }
  }

  private static Optional<VSwitchDescription> vSwitch(
      NetworkCard card, String id, HostResources offered) {
    List<VSwitchDescription> all = offered.getVswitchesList();
    String name = card.getVswitchName();
    return all.stream()
        .filter(each -> each.getId().equals(id))
        .filter(each -> name.isEmpty() || each.getName().equals(name))
        .findFirst()
        .or(() -> named(all, name))
        .or(() -> id.isEmpty() || !name.isEmpty() ? named(all, "vswitch0") : Optional.empty());
  }

  private static Optional<VSwitchDescription> named(List<VSwitchDescription> all, String name) {
    return all.stream()
        .filter(each -> !name.isEmpty() && each.getName().equalsIgnoreCase(name))
        .findFirst();
  }
}
