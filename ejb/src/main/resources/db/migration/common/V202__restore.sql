-- Restore jobs, and captchas that wait for their answer.
CREATE TABLE restore_job (
  id VARCHAR(36) NOT NULL PRIMARY KEY,
  version BIGINT NOT NULL,
  name VARCHAR(250) NOT NULL,
  restore_point_id VARCHAR(36) NOT NULL,
  platform_id VARCHAR(36) NOT NULL,
  definition VARCHAR(12000) NOT NULL,
  created_by VARCHAR(250) NOT NULL,
  created_millis BIGINT NOT NULL
);

CREATE TABLE restore_captcha (
  id VARCHAR(36) NOT NULL PRIMARY KEY,
  answer VARCHAR(20) NOT NULL,
  expires_millis BIGINT NOT NULL
);

-- What a VM task of a restore was told to do: its job may be edited while it runs.
CREATE TABLE restore_order (
  task_id VARCHAR(36) NOT NULL PRIMARY KEY,
  definition VARCHAR(12000) NOT NULL
);
