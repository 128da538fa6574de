-- CAS-21: what operators and schedules do with VM snapshots. active_key is unique while one is under way: one a VM.
CREATE TABLE snapshot_operation (
  id               VARCHAR(36)   NOT NULL PRIMARY KEY,
  queue_order      BIGINT        NOT NULL,
  platform_id      VARCHAR(36)   NOT NULL,
  vm_id            VARCHAR(255)  NOT NULL,
  vm_uuid          VARCHAR(100)  NOT NULL,
  vm_name          VARCHAR(1000) NOT NULL,
  kind             VARCHAR(20)   NOT NULL,
  snapshot_name    VARCHAR(300)  NOT NULL,
  title            VARCHAR(300)  NOT NULL,
  description      VARCHAR(1000) NOT NULL,
  memory_seconds   INT           NOT NULL,
  schedule_id      VARCHAR(36),
  owner_tag        VARCHAR(80)   NOT NULL,
  state            VARCHAR(20)   NOT NULL,
  active_key       VARCHAR(400),
  server_instance  VARCHAR(250),
  attempts         INT           NOT NULL,
  retry_millis     BIGINT        NOT NULL,
  started_by       VARCHAR(250)  NOT NULL,
  created_millis   BIGINT        NOT NULL,
  started_millis   BIGINT,
  ended_millis     BIGINT,
  error_code       VARCHAR(100),
  error_parameters VARCHAR(8000),
  CONSTRAINT uq_snapshot_operation_active UNIQUE (active_key)
);
CREATE INDEX snapshot_operation_state ON snapshot_operation (state, queue_order);
CREATE INDEX snapshot_operation_order ON snapshot_operation (queue_order);

CREATE TABLE snapshot_schedule (
  id                VARCHAR(36)   NOT NULL PRIMARY KEY,
  version           BIGINT        NOT NULL,
  name              VARCHAR(250)  NOT NULL,
  platform_id       VARCHAR(36)   NOT NULL,
  enabled           BOOLEAN       NOT NULL,
  interval_hours    INT           NOT NULL,
  minute_of_day     INT           NOT NULL,
  memory_seconds    INT           NOT NULL,
  keep_count        INT           NOT NULL,
  next_number       BIGINT        NOT NULL,
  considered_millis BIGINT        NOT NULL,
  expansion_due     BOOLEAN       NOT NULL,
  error_code        VARCHAR(100),
  error_parameters  VARCHAR(8000),
  CONSTRAINT uq_snapshot_schedule_name UNIQUE (name)
);

CREATE TABLE snapshot_schedule_node (
  schedule_id VARCHAR(36)   NOT NULL,
  position    INT           NOT NULL,
  node_id     VARCHAR(255)  NOT NULL,
  kind        VARCHAR(20)   NOT NULL,
  name        VARCHAR(1000) NOT NULL,
  PRIMARY KEY (schedule_id, position),
  CONSTRAINT snapshot_schedule_node_of FOREIGN KEY (schedule_id) REFERENCES snapshot_schedule (id)
);

-- What a schedule made, from before the platform is asked until it is known to be gone; id is the tag on the platform.
CREATE TABLE scheduled_snapshot (
  id             VARCHAR(36)   NOT NULL PRIMARY KEY,
  schedule_id    VARCHAR(36)   NOT NULL,
  platform_id    VARCHAR(36)   NOT NULL,
  vm_id          VARCHAR(255)  NOT NULL,
  name           VARCHAR(300)  NOT NULL,
  number         BIGINT        NOT NULL,
  CONSTRAINT scheduled_snapshot_of FOREIGN KEY (schedule_id) REFERENCES snapshot_schedule (id) ON DELETE CASCADE
);
CREATE INDEX scheduled_snapshot_vm ON scheduled_snapshot (schedule_id, vm_id, number);
