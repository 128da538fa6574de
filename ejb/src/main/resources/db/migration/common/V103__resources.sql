CREATE TABLE platform (
  id              VARCHAR(36)   NOT NULL PRIMARY KEY,
  name            VARCHAR(128)  NOT NULL,
  kind            VARCHAR(32)   NOT NULL,
  address         VARCHAR(255)  NOT NULL,
  port            INTEGER       NOT NULL,
  tls             BOOLEAN       NOT NULL,
  user_name       VARCHAR(255)  NOT NULL,
  sealed_password VARCHAR(2000) NOT NULL,
  backup_host_id  VARCHAR(36)   NOT NULL,
  product         VARCHAR(255)  NOT NULL,
  product_version VARCHAR(255)  NOT NULL,
  created_at      DATETIME(3)   NOT NULL,
  version         BIGINT        NOT NULL,
  CONSTRAINT uq_platform_name UNIQUE (name),
  CONSTRAINT fk_platform_agent FOREIGN KEY (backup_host_id) REFERENCES agent (id)
);

CREATE TABLE storage_pool (
  id          VARCHAR(36)   NOT NULL PRIMARY KEY,
  name        VARCHAR(128)  NOT NULL,
  agent_id    VARCHAR(36)   NOT NULL,
  folder      VARCHAR(1024) NOT NULL,
  chunk_bytes INTEGER       NOT NULL,
  created_at  DATETIME(3)   NOT NULL,
  version     BIGINT        NOT NULL,
  CONSTRAINT uq_storage_pool_name UNIQUE (name),
  CONSTRAINT fk_storage_pool_agent FOREIGN KEY (agent_id) REFERENCES agent (id)
);
