-- CAS-19: what of a restored VM is not as it was when the backup was made.
CREATE TABLE restore_difference (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  task_id VARCHAR(36) NOT NULL,
  property VARCHAR(100) NOT NULL,
  subject VARCHAR(250) NOT NULL,
  original VARCHAR(2000) NOT NULL,
  restored VARCHAR(2000) NOT NULL,
  reason VARCHAR(100) NOT NULL,
  action_needed BOOLEAN NOT NULL,
  CONSTRAINT restore_difference_task FOREIGN KEY (task_id) REFERENCES vm_task (id)
);
CREATE INDEX restore_difference_of_task ON restore_difference (task_id, id);
