package io.holdfast.web.console.restore;

import io.holdfast.server.restore.RestoreDefinition;
import java.io.Serializable;

/** A network card of the restore point in the wizard, and what it is connected to. */
public class NetworkRow implements Serializable {
  private static final long serialVersionUID = 1L;

  private final String mac;
  private final String originalSwitch;
  private final String originalProfile;
  private String vswitchId = "";
  private String profileId = "";
  private int added;

  NetworkRow(String mac, String originalSwitch, String originalProfile) {
    this.mac = mac;
    this.originalSwitch = originalSwitch;
    this.originalProfile = originalProfile;
  }

  /** A card that the VM did not have; {@code number} tells several apart. */
  static NetworkRow added(int number) {
    NetworkRow row = new NetworkRow("", "", "");
    row.added = number;
    return row;
  }

  /** Whether the VM did not have the card. */
  public boolean isAdded() {
    return added > 0;
  }

  /** Tells the rows apart. */
  public String getKey() {
    return isAdded() ? "+" + added : mac;
  }

  RestoreDefinition.Network network() {
    return new RestoreDefinition.Network(mac, vswitchId, profileId);
  }

  /** Whether anything else than "as it was" is chosen. */
  boolean isChanged() {
    return !vswitchId.isEmpty() || !profileId.isEmpty();
  }

  public String getMac() {
    return mac;
  }

  public String getOriginalSwitch() {
    return originalSwitch;
  }

  public String getOriginalProfile() {
    return originalProfile;
  }

  public String getVswitchId() {
    return vswitchId;
  }

  public void setVswitchId(String vswitchId) {
    this.vswitchId = vswitchId == null ? "" : vswitchId;
  }

  public String getProfileId() {
    return profileId;
  }

  public void setProfileId(String profileId) {
    this.profileId = profileId == null ? "" : profileId;
  }
}
