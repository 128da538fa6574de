package io.holdfast.web.console.resources;

import io.holdfast.server.agent.AgentId;
import io.holdfast.server.inventory.Platform;
import io.holdfast.server.inventory.PlatformKind;
import io.holdfast.server.inventory.PlatformSettings;
import java.io.Serializable;
import java.util.OptionalInt;

/** What the platform dialog holds while it is open. The password goes in and is never shown. */
public class PlatformForm implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final PlatformKind KIND = PlatformKind.H3C_CAS;

  private String name;
  private String address;
  private boolean tls;
  private Integer port = KIND.defaultPort(false);
  private String user;
  private String password = "";
  private String backupHost;

  static PlatformForm of(Platform platform) {
    PlatformForm form = new PlatformForm();
    form.name = platform.name();
    form.address = platform.address();
    form.tls = platform.tls();
    form.port = platform.port();
    form.user = platform.userName();
    form.backupHost = platform.backupHost().value();
    return form;
  }

  PlatformSettings settings() {
    return new PlatformSettings(
        text(name),
        KIND,
        text(address),
        tls,
        port == null ? OptionalInt.empty() : OptionalInt.of(port),
        text(user),
        password == null ? "" : password,
        new AgentId(text(backupHost)));
  }

  /** The usual port of the other choice gives way to the usual port of this one. */
  void followTls() {
    if (port == null || port == KIND.defaultPort(!tls)) {
      port = KIND.defaultPort(tls);
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
