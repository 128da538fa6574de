-- Whether log and samples of a run have been deleted for their age; the run itself stays.
ALTER TABLE backup_run ADD COLUMN details_purged BOOLEAN DEFAULT FALSE NOT NULL;
CREATE INDEX backup_run_purge ON backup_run (details_purged, ended_millis);
