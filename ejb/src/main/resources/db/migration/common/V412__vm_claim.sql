-- Which VM a backup is at work on, whatever its platform is registered as (CAS-06).
ALTER TABLE vm_task ADD COLUMN claimed_vm VARCHAR(600);
