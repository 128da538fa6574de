-- CAS-14: a restore of many VMs at once; the first definition stands in the job's row.
CREATE TABLE restore_job_more (
  job_id VARCHAR(36) NOT NULL,
  position INT NOT NULL,
  definition VARCHAR(12000) NOT NULL,
  PRIMARY KEY (job_id, position),
  CONSTRAINT restore_job_more_job FOREIGN KEY (job_id) REFERENCES restore_job (id)
);
