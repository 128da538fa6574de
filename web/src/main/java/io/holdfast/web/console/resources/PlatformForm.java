package io.holdfast.web.console.resources;

import io.holdfast.server.agent.AgentId;
import io.holdfast.server.inventory.Platform;
import io.holdfast.server.inventory.PlatformKind;
import io.holdfast.server.inventory.PlatformLabel;
import io.holdfast.server.inventory.PlatformSettings;
import java.io.Serializable;
import java.util.List;
import java.util.OptionalInt;

/** What the platform dialog holds while it is open. The password goes in and is never shown. */
public class PlatformForm implements Serializable {
  private static final long serialVersionUID = 1L;

  private PlatformKind kind = PlatformKind.H3C_CAS;
  private String name;
  private String address;
  private boolean tls;
  private Integer port = kind.defaultPort(false);
  private String user;
  private String password = "";
  private String backupHost;
  private String tags = "";
  private PlatformSettings before;

  static PlatformForm of(Platform platform) {
    PlatformForm form = new PlatformForm();
    form.kind = platform.kind();
    form.name = platform.name();
    form.address = platform.address();
    form.tls = platform.tls();
    form.port = platform.port();
    form.user = platform.userName();
    form.backupHost = platform.backupHost().value();
    form.tags = String.join(", ", platform.tags());
    form.before = form.settings();
    return form;
  }

  PlatformSettings settings() {
    return new PlatformSettings(
        text(name),
        kind,
        text(address),
        tls,
        port == null ? OptionalInt.empty() : OptionalInt.of(port),
        text(user),
        password == null ? "" : password,
        new AgentId(text(backupHost)));
  }

  /** Whether nothing but name and tags was changed, so that the platform need not be asked. */
  boolean isLabelOnly() {
    PlatformSettings now = settings();
    return before != null
        && now.password().isEmpty()
        && now.address().equals(before.address())
        && now.tls() == before.tls()
        && now.effectivePort() == before.effectivePort()
        && now.user().equals(before.user())
        && now.backupHost().equals(before.backupHost());
  }

  PlatformLabel label() {
    return new PlatformLabel(text(name), List.of(tags.split("[,，]")));
  }

  /** Words it is marked with, commas between. */
  public String getTags() {
    return tags;
  }

  public void setTags(String tags) {
    this.tags = tags == null ? "" : tags;
  }

  /** The usual port of the other choice gives way to the usual port of this one. */
  void followTls() {
    if (port == null || port == kind.defaultPort(!tls)) {
      port = kind.defaultPort(tls);
    }
  }

  public PlatformKind getKind() {
    return kind;
  }

  /** Another kind begins with its usual port and without TLS. */
  public void setKind(PlatformKind kind) {
    if (kind != null && kind != this.kind) {
      this.kind = kind;
      tls = false;
      port = kind.defaultPort(false);
    }
  }

  private static String text(String value) {
    return value == null ? "" : value.strip();
  }

  public String getName() {
    return name;
  }

  public void setName(String name) {
    this.name = name;
  }

  public String getAddress() {
    return address;
  }

  public void setAddress(String address) {
    this.address = address;
  }

  public boolean isTls() {
    return tls;
  }

  public void setTls(boolean tls) {
    this.tls = tls;
  }

  public Integer getPort() {
    return port;
  }

  public void setPort(Integer port) {
    this.port = port;
  }

  public String getUser() {
    return user;
  }

  public void setUser(String user) {
    this.user = user;
  }

  /** Always empty: a password is never sent back. */
  public String getPassword() {
    return null;
  }

  /** Nothing entered keeps what was entered before: the test must not cost the password. */
  public void setPassword(String password) {
    if (password != null && !password.isEmpty()) {
      this.password = password;
    }
  }

  /** Whether a password was entered since the dialog was opened. */
  public boolean isPasswordGiven() {
    return !password.isEmpty();
  }

  public String getBackupHost() {
    return backupHost;
  }

  public void setBackupHost(String backupHost) {
    this.backupHost = backupHost;
  }
}
