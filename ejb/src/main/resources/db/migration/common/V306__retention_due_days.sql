-- POOL-10: the immutable period a job promised when its restore point was sealed; -1: written before that was noted.
ALTER TABLE retention_due ADD COLUMN immutable_days INT DEFAULT -1 NOT NULL;
