-- POOL-10: since when the agent of a job that it took does not answer; null while it does.
ALTER TABLE pool_job ADD COLUMN silent_millis BIGINT;
