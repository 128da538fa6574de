-- OPT-14: the failed VMs of a run are backed up again by a run of their own.
ALTER TABLE backup_run ADD COLUMN retry_no INT DEFAULT 0 NOT NULL;
ALTER TABLE backup_run ADD COLUMN retry_of VARCHAR(36);
ALTER TABLE backup_run ADD COLUMN retry_due_millis BIGINT;
CREATE INDEX backup_run_retry ON backup_run (retry_due_millis);

-- The sessions of a VM, for telling leftover snapshots from backups under way (CAS-06).
CREATE INDEX vm_task_vm ON vm_task (platform_id, vm_id);
