-- Runs, the queue of VM tasks, positions, log and samples.
CREATE TABLE backup_run (
  id VARCHAR(36) NOT NULL PRIMARY KEY,
  kind VARCHAR(20) NOT NULL,
  job_id VARCHAR(36) NOT NULL,
  job_name VARCHAR(250) NOT NULL,
  platform_id VARCHAR(36) NOT NULL,
  agent_id VARCHAR(36) NOT NULL,
  pool_id VARCHAR(36) NOT NULL,
  backup_type VARCHAR(20),
  options VARCHAR(4000) NOT NULL,
  state VARCHAR(20) NOT NULL,
  expanded BOOLEAN NOT NULL,
  started_by VARCHAR(250) NOT NULL,
  started_millis BIGINT NOT NULL,
  ended_millis BIGINT,
  error_code VARCHAR(100),
  error_parameters VARCHAR(8000)
);
CREATE INDEX backup_run_started ON backup_run (started_millis);
CREATE INDEX backup_run_job ON backup_run (job_id, started_millis);
CREATE INDEX backup_run_state ON backup_run (state);

CREATE TABLE vm_task (
  id VARCHAR(36) NOT NULL PRIMARY KEY,
  run_id VARCHAR(36) NOT NULL,
  kind VARCHAR(20) NOT NULL,
  platform_id VARCHAR(36) NOT NULL,
  agent_id VARCHAR(36) NOT NULL,
  vm_id VARCHAR(255) NOT NULL,
  vm_uuid VARCHAR(100) NOT NULL,
  vm_name VARCHAR(1000) NOT NULL,
  host_id VARCHAR(255) NOT NULL,
  host_name VARCHAR(1000) NOT NULL,
  exclusive_key VARCHAR(2000) NOT NULL,
  queue_order BIGINT NOT NULL,
  threads INT NOT NULL,
  state VARCHAR(40) NOT NULL,
  effective_type VARCHAR(20),
  execution_id BIGINT,
  server_instance VARCHAR(250),
  release_due BOOLEAN NOT NULL,
  accomplished BOOLEAN NOT NULL,
  attempts INT NOT NULL,
  started_millis BIGINT,
  ended_millis BIGINT,
  interrupted_millis BIGINT,
  retry_millis BIGINT NOT NULL,
  error_code VARCHAR(100),
  error_parameters VARCHAR(8000),
  CONSTRAINT vm_task_run FOREIGN KEY (run_id) REFERENCES backup_run (id)
);
CREATE INDEX vm_task_queue ON vm_task (state, queue_order);
CREATE INDEX vm_task_release ON vm_task (release_due, state);

CREATE TABLE task_disk (
  id VARCHAR(64) NOT NULL PRIMARY KEY,
  task_id VARCHAR(36) NOT NULL,
  disk_no INT NOT NULL,
  disk_key VARCHAR(2000) NOT NULL,
  device VARCHAR(100) NOT NULL,
  size_bytes BIGINT NOT NULL,
  included BOOLEAN NOT NULL,
  excluded_code VARCHAR(100),
  excluded_parameters VARCHAR(8000),
  verified_bytes BIGINT NOT NULL,
  CONSTRAINT task_disk_task FOREIGN KEY (task_id) REFERENCES vm_task (id)
);

-- The receipts of a stream, folded into its position. A restart goes on from here.
CREATE TABLE transfer_stream (
  id VARCHAR(64) NOT NULL PRIMARY KEY,
  task_id VARCHAR(36) NOT NULL,
  disk_no INT NOT NULL,
  disk_key VARCHAR(2000) NOT NULL,
  stream_no INT NOT NULL,
  extent_count BIGINT NOT NULL,
  planned_bytes BIGINT NOT NULL,
  plan_digest VARCHAR(100) NOT NULL,
  next_ordinal BIGINT NOT NULL,
  done_bytes BIGINT NOT NULL,
  read_bytes BIGINT NOT NULL,
  zero_bytes BIGINT NOT NULL,
  stored_bytes BIGINT NOT NULL,
  chunks BIGINT NOT NULL,
  new_chunks BIGINT NOT NULL,
  updated_millis BIGINT NOT NULL,
  CONSTRAINT transfer_stream_task FOREIGN KEY (task_id) REFERENCES vm_task (id)
);

CREATE TABLE run_log (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  run_id VARCHAR(36) NOT NULL,
  task_id VARCHAR(36),
  vm_name VARCHAR(1000) NOT NULL,
  at_millis BIGINT NOT NULL,
  severity VARCHAR(20) NOT NULL,
  code VARCHAR(100) NOT NULL,
  parameters VARCHAR(8000) NOT NULL,
  CONSTRAINT run_log_run FOREIGN KEY (run_id) REFERENCES backup_run (id)
);
CREATE INDEX run_log_of_run ON run_log (run_id, id);

CREATE TABLE progress_sample (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  run_id VARCHAR(36) NOT NULL,
  task_id VARCHAR(36) NOT NULL,
  at_millis BIGINT NOT NULL,
  done_bytes BIGINT NOT NULL,
  CONSTRAINT progress_sample_run FOREIGN KEY (run_id) REFERENCES backup_run (id)
);
CREATE INDEX progress_sample_of_run ON progress_sample (run_id, at_millis);

-- One row: who holds its lock gives out work. Several servers can share the queue.
CREATE TABLE dispatch_token (
  id INT NOT NULL PRIMARY KEY
);
INSERT INTO dispatch_token (id) VALUES (1);
