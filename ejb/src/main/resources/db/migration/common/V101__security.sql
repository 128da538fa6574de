-- Timestamps are UTC. Ids are UUIDs as text.
CREATE TABLE account (
  id                    VARCHAR(36)  NOT NULL PRIMARY KEY,
  name                  VARCHAR(128) NOT NULL,
  password_hash         VARCHAR(512) NOT NULL,
  must_change_password  BOOLEAN      NOT NULL,
  enabled               BOOLEAN      NOT NULL,
  created_at            DATETIME(3)  NOT NULL,
  password_changed_at   DATETIME(3)  NOT NULL,
  version               BIGINT       NOT NULL,
  CONSTRAINT uq_account_name UNIQUE (name)
);

CREATE TABLE account_role (
  account_id VARCHAR(36) NOT NULL,
  role_name  VARCHAR(32) NOT NULL,
  PRIMARY KEY (account_id, role_name),
  CONSTRAINT fk_account_role FOREIGN KEY (account_id) REFERENCES account (id) ON DELETE CASCADE
);

-- A bearer token of REST; only its SHA-256 is kept.
CREATE TABLE access_token (
  id         VARCHAR(36) NOT NULL PRIMARY KEY,
  account_id VARCHAR(36) NOT NULL,
  token_hash VARCHAR(64) NOT NULL,
  created_at DATETIME(3) NOT NULL,
  expires_at DATETIME(3) NOT NULL,
  revoked_at DATETIME(3),
  CONSTRAINT uq_access_token_hash UNIQUE (token_hash),
  CONSTRAINT fk_access_token_account FOREIGN KEY (account_id) REFERENCES account (id) ON DELETE CASCADE
);

-- Append only: the product has no statement that updates or deletes here.
CREATE TABLE audit_entry (
  id            VARCHAR(36)   NOT NULL PRIMARY KEY,
  happened_at   DATETIME(3)   NOT NULL,
  user_name     VARCHAR(128)  NOT NULL,
  source        VARCHAR(64)   NOT NULL,
  action        VARCHAR(64)   NOT NULL,
  resource_kind VARCHAR(32),
  resource_id   VARCHAR(64),
  resource_name VARCHAR(300),
  succeeded     BOOLEAN       NOT NULL,
  detail        VARCHAR(2000) NOT NULL
);
CREATE INDEX ix_audit_entry_time ON audit_entry (happened_at);
