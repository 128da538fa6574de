-- OPT-10, OPT-11: speed limits an operator gave a run in place of its job's; their text form.
ALTER TABLE backup_run ADD COLUMN limits_now VARCHAR(200);
