-- POOL-02: pools made before 0.2 are standard pools.
ALTER TABLE storage_pool ADD COLUMN kind VARCHAR(16) DEFAULT 'STANDARD' NOT NULL;
