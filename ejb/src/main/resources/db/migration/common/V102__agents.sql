CREATE TABLE access_key (
  id          VARCHAR(36)  NOT NULL PRIMARY KEY,
  label       VARCHAR(128) NOT NULL,
  secret_hash VARCHAR(64)  NOT NULL,
  created_at  DATETIME(3)  NOT NULL,
  created_by  VARCHAR(128) NOT NULL,
  revoked_at  DATETIME(3),
  uses        BIGINT       NOT NULL,
  version     BIGINT       NOT NULL
);

CREATE TABLE agent (
  id                VARCHAR(36)   NOT NULL PRIMARY KEY,
  host_name         VARCHAR(255)  NOT NULL,
  addresses         VARCHAR(2000) NOT NULL,
  os_name           VARCHAR(255)  NOT NULL,
  architecture      VARCHAR(64)   NOT NULL,
  agent_version     VARCHAR(64)   NOT NULL,
  protocol_version  INTEGER       NOT NULL,
  modules           VARCHAR(4000) NOT NULL,
  control_address   VARCHAR(255)  NOT NULL,
  control_port      INTEGER       NOT NULL,
  instance_id       VARCHAR(64)   NOT NULL,
  enrolled_at       DATETIME(3)   NOT NULL,
  last_heartbeat_at DATETIME(3),
  left_at           DATETIME(3),
  version           BIGINT        NOT NULL
);
