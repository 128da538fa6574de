-- JOB-07: what somebody should look at. Kept apart from the run's log, which goes with age.
CREATE TABLE alarm (
  id VARCHAR(36) NOT NULL PRIMARY KEY,
  raised_millis BIGINT NOT NULL,
  kind VARCHAR(20) NOT NULL,
  code VARCHAR(100) NOT NULL,
  parameters VARCHAR(8000) NOT NULL,
  run_id VARCHAR(36) NOT NULL,
  task_id VARCHAR(36) NOT NULL,
  job_name VARCHAR(250) NOT NULL,
  vm_name VARCHAR(1000) NOT NULL,
  acknowledged_millis BIGINT,
  acknowledged_by VARCHAR(250) NOT NULL
);
CREATE INDEX alarm_raised ON alarm (raised_millis);
CREATE INDEX alarm_task ON alarm (task_id, code);
