-- INV-05: VMs a job leaves out: wildcards on name or title, and VMs taken out by hand.
ALTER TABLE backup_policy ADD COLUMN exclusion_patterns VARCHAR(4000) DEFAULT '' NOT NULL;

CREATE TABLE policy_removed (
  policy_id VARCHAR(36) NOT NULL,
  position INT NOT NULL,
  node_id VARCHAR(255) NOT NULL,
  kind VARCHAR(20) NOT NULL,
  name VARCHAR(1000) NOT NULL,
  PRIMARY KEY (policy_id, position),
  CONSTRAINT policy_removed_policy FOREIGN KEY (policy_id) REFERENCES backup_policy (id)
);
