-- RES-06: how each platform answered when it was asked last, kept over a restart; offline: found so, and not answering since.
CREATE TABLE platform_reach (
  platform_id    VARCHAR(36)   NOT NULL PRIMARY KEY,
  state          VARCHAR(20)   NOT NULL,
  since_millis   BIGINT        NOT NULL,
  asked_millis   BIGINT        NOT NULL,
  outage         BOOLEAN       NOT NULL,
  error_code     VARCHAR(100)  NOT NULL,
  parameters     VARCHAR(8000) NOT NULL,
  CONSTRAINT fk_platform_reach FOREIGN KEY (platform_id) REFERENCES platform (id) ON DELETE CASCADE
);
-- JOB-07: an alarm is about a run or about a platform.
ALTER TABLE alarm ADD COLUMN platform_id VARCHAR(36) DEFAULT '' NOT NULL;
ALTER TABLE alarm ADD COLUMN platform_name VARCHAR(128) DEFAULT '' NOT NULL;
CREATE INDEX alarm_platform ON alarm (platform_id);
