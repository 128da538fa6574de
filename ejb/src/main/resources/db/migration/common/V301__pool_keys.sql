-- OPT-17, POOL-08: how the server opens an encrypted pool, what a pool may store, and what was found wrong with it.
ALTER TABLE storage_pool ADD COLUMN encrypted BOOLEAN DEFAULT FALSE NOT NULL;
ALTER TABLE storage_pool ADD COLUMN key_kind VARCHAR(16);
ALTER TABLE storage_pool ADD COLUMN sealed_key VARCHAR(8000);
ALTER TABLE storage_pool ADD COLUMN quota_bytes BIGINT DEFAULT 0 NOT NULL;
ALTER TABLE storage_pool ADD COLUMN warning_percent INTEGER DEFAULT 80 NOT NULL;
ALTER TABLE storage_pool ADD COLUMN critical_percent INTEGER DEFAULT 95 NOT NULL;

-- What the last look found, so that a change is told once. No foreign key: the row goes with its pool.
CREATE TABLE pool_check (
  pool_id    VARCHAR(36)  NOT NULL PRIMARY KEY,
  checked_at DATETIME(3)  NOT NULL,
  findings   VARCHAR(500) NOT NULL
);
