-- POOL-09, POOL-10: how long a job's restore points stay; what the pools say of restore points; what is still to be done.
ALTER TABLE backup_policy ADD COLUMN retention VARCHAR(1000) DEFAULT '' NOT NULL;

ALTER TABLE restore_point ADD COLUMN held BOOLEAN DEFAULT FALSE NOT NULL;
ALTER TABLE restore_point ADD COLUMN immutable_until DATETIME(3);
ALTER TABLE restore_point ADD COLUMN kept_for VARCHAR(300) DEFAULT '' NOT NULL;
ALTER TABLE restore_point ADD COLUMN damaged_places BIGINT DEFAULT 0 NOT NULL;
CREATE INDEX ix_restore_point_policy ON restore_point (policy_id, pool_id);

-- A backup has succeeded and retention has not been applied since. No foreign keys: it may outlive what it names.
CREATE TABLE retention_due (
  restore_point_id VARCHAR(36)   NOT NULL PRIMARY KEY,
  pool_id          VARCHAR(36)   NOT NULL,
  policy_id        VARCHAR(36)   NOT NULL,
  platform_id      VARCHAR(36)   NOT NULL,
  vm_id            VARCHAR(255)  NOT NULL,
  due_millis       BIGINT        NOT NULL,
  retry_millis     BIGINT        NOT NULL,
  attempts         INT           NOT NULL
);
CREATE INDEX retention_due_order ON retention_due (retry_millis);

-- Garbage collections and verifications; active_key is unique while one has not ended: one of a kind a pool.
CREATE TABLE pool_job (
  id               VARCHAR(36)   NOT NULL PRIMARY KEY,
  pool_id          VARCHAR(36)   NOT NULL,
  pool_name        VARCHAR(128)  NOT NULL,
  kind             VARCHAR(20)   NOT NULL,
  work             VARCHAR(1000) NOT NULL,
  state            VARCHAR(20)   NOT NULL,
  active_key       VARCHAR(80),
  started_by       VARCHAR(250)  NOT NULL,
  created_millis   BIGINT        NOT NULL,
  started_millis   BIGINT,
  ended_millis     BIGINT,
  phase            VARCHAR(20)   NOT NULL,
  done_amount      BIGINT        NOT NULL,
  total_amount     BIGINT        NOT NULL,
  attempts         INT           NOT NULL,
  result           VARCHAR(4000) NOT NULL,
  error_code       VARCHAR(100),
  error_parameters VARCHAR(8000),
  CONSTRAINT uq_pool_job_active UNIQUE (active_key)
);
CREATE INDEX pool_job_created ON pool_job (created_millis);
CREATE INDEX pool_job_of_pool ON pool_job (pool_id, created_millis);

CREATE TABLE pool_job_damage (
  id             BIGINT        NOT NULL AUTO_INCREMENT PRIMARY KEY,
  job_id         VARCHAR(36)   NOT NULL,
  file_name      VARCHAR(1000) NOT NULL,
  offset_bytes   BIGINT        NOT NULL,
  error_code     VARCHAR(100)  NOT NULL,
  what           VARCHAR(1000) NOT NULL,
  restore_points LONGTEXT      NOT NULL,
  CONSTRAINT pool_job_damage_job FOREIGN KEY (job_id) REFERENCES pool_job (id) ON DELETE CASCADE
);
CREATE INDEX pool_job_damage_of_job ON pool_job_damage (job_id, id);

-- When such jobs run by themselves; a pool without a row has the presets.
CREATE TABLE pool_job_plan (
  id              VARCHAR(60)   NOT NULL PRIMARY KEY,
  pool_id         VARCHAR(36)   NOT NULL,
  kind            VARCHAR(20)   NOT NULL,
  version         BIGINT        NOT NULL,
  enabled         BOOLEAN       NOT NULL,
  weekdays        VARCHAR(20)   NOT NULL,
  minute_of_day   INT           NOT NULL,
  work            VARCHAR(1000) NOT NULL,
  considered_millis BIGINT      NOT NULL
);
