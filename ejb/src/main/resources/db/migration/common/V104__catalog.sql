-- A searchable copy of the pools' manifests; it can be rebuilt from them. No foreign key to platform: restore points
-- outlive the platform they came from.
CREATE TABLE restore_point (
  id               VARCHAR(36)  NOT NULL PRIMARY KEY,
  pool_id          VARCHAR(36)  NOT NULL,
  platform_id      VARCHAR(36)  NOT NULL,
  vm_id            VARCHAR(255) NOT NULL,
  vm_uuid          VARCHAR(64)  NOT NULL,
  vm_name          VARCHAR(300) NOT NULL,
  vm_title         VARCHAR(300) NOT NULL,
  host_name        VARCHAR(300) NOT NULL,
  backup_type      VARCHAR(16)  NOT NULL,
  base_id          VARCHAR(36),
  created_at       DATETIME(3)  NOT NULL,
  recorded_at      DATETIME(3)  NOT NULL,
  disk_bytes       BIGINT       NOT NULL,
  read_bytes       BIGINT       NOT NULL,
  stored_bytes     BIGINT       NOT NULL,
  policy_id        VARCHAR(36)  NOT NULL,
  job_name         VARCHAR(300) NOT NULL,
  server_id        VARCHAR(64)  NOT NULL,
  manifest_digest  VARCHAR(64)  NOT NULL,
  tracking_ready   BOOLEAN      NOT NULL,
  vm_description   LONGTEXT     NOT NULL,
  CONSTRAINT fk_restore_point_pool FOREIGN KEY (pool_id) REFERENCES storage_pool (id)
);
CREATE INDEX ix_restore_point_vm ON restore_point (platform_id, vm_id, created_at);
CREATE INDEX ix_restore_point_time ON restore_point (created_at);

CREATE TABLE restore_point_disk (
  restore_point_id  VARCHAR(36)   NOT NULL,
  disk_order        INTEGER       NOT NULL,
  disk_key          VARCHAR(512)  NOT NULL,
  device            VARCHAR(64)   NOT NULL,
  format            VARCHAR(32)   NOT NULL,
  storage_path      VARCHAR(2000) NOT NULL,
  storage_pool_name VARCHAR(300)  NOT NULL,
  size_bytes        BIGINT        NOT NULL,
  read_bytes        BIGINT        NOT NULL,
  stored_bytes      BIGINT        NOT NULL,
  tracking_mark     VARCHAR(512)  NOT NULL,
  PRIMARY KEY (restore_point_id, disk_order),
  CONSTRAINT fk_restore_point_disk FOREIGN KEY (restore_point_id) REFERENCES restore_point (id) ON DELETE CASCADE
);
