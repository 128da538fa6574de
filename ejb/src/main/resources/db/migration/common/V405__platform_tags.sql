-- RES-06: words a person marks a platform with; one a line.
ALTER TABLE platform ADD COLUMN tags VARCHAR(2000) DEFAULT '' NOT NULL;
