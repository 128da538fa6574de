-- Policies: what screens call backup jobs.
CREATE TABLE backup_policy (
  id VARCHAR(36) NOT NULL PRIMARY KEY,
  version BIGINT NOT NULL,
  name VARCHAR(250) NOT NULL,
  platform_id VARCHAR(36) NOT NULL,
  agent_id VARCHAR(36) NOT NULL,
  pool_id VARCHAR(36) NOT NULL,
  plan_kind VARCHAR(20) NOT NULL,
  backup_type VARCHAR(20) NOT NULL,
  options VARCHAR(4000) NOT NULL,
  enabled BOOLEAN NOT NULL,
  created_millis BIGINT NOT NULL,
  CONSTRAINT backup_policy_name UNIQUE (name)
);

CREATE TABLE policy_content (
  policy_id VARCHAR(36) NOT NULL,
  position INT NOT NULL,
  node_id VARCHAR(255) NOT NULL,
  kind VARCHAR(20) NOT NULL,
  name VARCHAR(1000) NOT NULL,
  PRIMARY KEY (policy_id, position),
  CONSTRAINT policy_content_policy FOREIGN KEY (policy_id) REFERENCES backup_policy (id)
);
