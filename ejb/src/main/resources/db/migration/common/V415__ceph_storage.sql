-- RES-03: how a backup host reaches a Ceph pool that disks of a platform lie in. Holds no secret: the key is in the keyring file.
CREATE TABLE ceph_storage (
  id                   VARCHAR(36)   NOT NULL PRIMARY KEY,
  platform_id          VARCHAR(36)   NOT NULL,
  agent_id             VARCHAR(36)   NOT NULL,
  pool_name            VARCHAR(128)  NOT NULL,
  client_id            VARCHAR(128)  NOT NULL,
  configuration_file   VARCHAR(1024) NOT NULL,
  keyring_file         VARCHAR(1024) NOT NULL,
  volume_template      VARCHAR(250)  NOT NULL,
  snapshot_template    VARCHAR(250)  NOT NULL,
  instance_template    VARCHAR(250)  NOT NULL,
  search_by_object_map BOOLEAN       NOT NULL,
  created_at           DATETIME(3)   NOT NULL,
  version              BIGINT        NOT NULL,
  CONSTRAINT uq_ceph_storage UNIQUE (platform_id, agent_id, pool_name),
  CONSTRAINT fk_ceph_storage_platform FOREIGN KEY (platform_id) REFERENCES platform (id) ON DELETE CASCADE,
  CONSTRAINT fk_ceph_storage_agent FOREIGN KEY (agent_id) REFERENCES agent (id)
);
