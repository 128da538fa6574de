package io.holdfast.server.agent;

import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * AGT-05: an enrolled agent as it last described itself. Online while its last heartbeat is at most
 * {@link #OFFLINE_AFTER} old and it has not said goodbye since.
 */
@Entity
@Table(name = "agent")
public class Agent {
  /** Three missed beats; within the 60 s of AGT-05. */
  public static final Duration OFFLINE_AFTER = Duration.ofSeconds(45);

  @Id private String id;

  @Column(name = "host_name", nullable = false)
  private String hostName;

  @Convert(converter = StringListConverter.class)
  @Column(nullable = false)
  private List<String> addresses;

  @Column(name = "os_name", nullable = false)
  private String os;

  @Column(nullable = false)
  private String architecture;

  @Column(name = "agent_version", nullable = false)
  private String agentVersion;

  @Column(name = "protocol_version", nullable = false)
  private int protocolVersion;

  @Convert(converter = CapabilityListConverter.class)
  @Column(nullable = false)
  private List<AgentCapability> modules;

  @Column(name = "control_address", nullable = false)
  private String controlAddress;

  @Column(name = "control_port", nullable = false)
  private int controlPort;

  @Column(name = "instance_id", nullable = false)
  private String instanceId;

  @Column(name = "enrolled_at", nullable = false)
  private Instant enrolledAt;

  @Column(name = "last_heartbeat_at")
  private Instant lastHeartbeatAt;

  @Column(name = "left_at")
  private Instant leftAt;

  @Column(name = "key_hash")
  private String keyHash;

  @Version private long version;

  /** For JPA. */
  protected Agent() {}

  Agent(AgentId id, AgentFacts facts, String keyHash, Instant enrolledAt) {
    this.id = id.value();
    this.keyHash = keyHash;
    this.enrolledAt = enrolledAt;
    describe(facts);
  }

  private void describe(AgentFacts facts) {
    hostName = facts.hostName();
    addresses = facts.addresses();
    os = facts.os();
    architecture = facts.architecture();
    agentVersion = facts.version();
    protocolVersion = facts.protocolVersion();
    modules = facts.modules();
    controlAddress = facts.control().address();
    controlPort = facts.control().port();
    instanceId = facts.instanceId();
  }

  void enrolledAgain(AgentFacts facts, String key, Instant at) {
    describe(facts);
    keyHash = key;
    enrolledAt = at;
  }

  void heardOf(AgentFacts facts, Instant at) {
    describe(facts);
    lastHeartbeatAt = at;
    leftAt = null;
  }

  /** Its certificate is for this key from now on. */
  void certifiedFor(String key) {
    keyHash = key;
  }

  void left(Instant at) {
    leftAt = at;
  }

  /** Online or offline at an instant. */
  public AgentState stateAt(Instant now) {
    boolean heard = lastHeartbeatAt != null && !now.isAfter(lastHeartbeatAt.plus(OFFLINE_AFTER));
    return heard && leftAt == null ? AgentState.ONLINE : AgentState.OFFLINE;
  }

  /** Whether the agent has the module and the module can work. */
  public boolean offers(String module) {
    return modules.stream().anyMatch(m -> m.name().equals(module) && m.available());
  }

  public AgentId id() {
    return new AgentId(id);
  }

  public String hostName() {
    return hostName;
  }

  public List<String> addresses() {
    return addresses;
  }

  public String os() {
    return os;
  }

  public String architecture() {
    return architecture;
  }

  public String agentVersion() {
    return agentVersion;
  }

  public int protocolVersion() {
    return protocolVersion;
  }

  public List<AgentCapability> modules() {
    return modules;
  }

  /** Where the server dials it. */
  public AgentEndpoint control() {
    return new AgentEndpoint(controlAddress, controlPort);
  }

  /** New with every start of the agent's process. */
  public String instanceId() {
    return instanceId;
  }

  public Instant enrolledAt() {
    return enrolledAt;
  }

  /** SHA-256 of its public key; nothing for one of an earlier version that was not heard since. */
  Optional<String> keyHash() {
    return Optional.ofNullable(keyHash);
  }

  /** Nothing before the first heartbeat. */
  public Optional<Instant> lastHeartbeatAt() {
    return Optional.ofNullable(lastHeartbeatAt);
  }
}
