-- An operator has stopped the task's execution and it does not go on by itself.
ALTER TABLE vm_task ADD COLUMN held BOOLEAN DEFAULT FALSE NOT NULL;
