package io.holdfast.server.inventory;

import io.holdfast.server.agent.AgentId;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** RES-01: a platform that was reached with these settings when they were saved. */
@Entity
@Table(name = "platform")
public class Platform {
  @Id private String id;

  @Column(nullable = false)
  private String name;

  @Enumerated(EnumType.STRING)
  @Column(nullable = false, updatable = false)
  private PlatformKind kind;

  @Column(nullable = false)
  private String address;

  @Column(nullable = false)
  private int port;

  @Column(nullable = false)
  private boolean tls;

  @Column(name = "user_name", nullable = false)
  private String userName;

  @Column(name = "sealed_password", nullable = false)
  private String sealedPassword;

  @Column(name = "backup_host_id", nullable = false)
  private String backupHostId;

  @Column(nullable = false)
  private String product;

  @Column(name = "product_version", nullable = false)
  private String productVersion;

  @Column(name = "tags", nullable = false)
  private String tags = "";

  @Column(name = "created_at", nullable = false, updatable = false)
  private Instant createdAt;

  @Version private long version;

  /** For JPA. */
  protected Platform() {}

  Platform(PlatformId id, PlatformSettings settings, String sealedPassword, Instant createdAt) {
    this.id = id.value();
    this.kind = settings.kind();
    this.createdAt = createdAt;
    change(settings, sealedPassword);
  }

  final void change(PlatformSettings settings, String newSealedPassword) {
    name = settings.name();
    address = settings.address();
    port = settings.effectivePort();
    tls = settings.tls();
    userName = settings.user();
    sealedPassword = newSealedPassword;
    backupHostId = settings.backupHost().value();
  }

  void label(PlatformLabel label) {
    name = label.name();
    tags = String.join("\n", label.tags());
  }

  void tested(PlatformTest test) {
    product = test.product();
    productVersion = test.version();
  }

  public PlatformId id() {
    return new PlatformId(id);
  }

  public String name() {
    return name;
  }

  public PlatformKind kind() {
    return kind;
  }

  public String address() {
    return address;
  }

  public int port() {
    return port;
  }

  public boolean tls() {
    return tls;
  }

  public String userName() {
    return userName;
  }

  String sealedPassword() {
    return sealedPassword;
  }

  /** The agent through which the platform is reached. */
  public AgentId backupHost() {
    return new AgentId(backupHostId);
  }

  /** What the platform said it is when it was tested last. */
  public String product() {
    return product;
  }

  public String productVersion() {
    return productVersion;
  }

  /** RES-06: words it is marked with, in their order. */
  public List<String> tags() {
    return tags.lines().toList();
  }

  /** Whether name, address or a tag contains the text, whatever the case; an empty one matches. */
  public boolean matches(String text) {
    String wanted = text.strip().toLowerCase(Locale.ROOT);
    return (name + "\n" + address + "\n" + tags).toLowerCase(Locale.ROOT).contains(wanted);
  }

  public Instant createdAt() {
    return createdAt;
  }
}
