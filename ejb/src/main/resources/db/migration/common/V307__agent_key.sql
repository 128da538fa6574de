-- AGT-05: SHA-256 of the public key an agent enrolled with (hexadecimal). Null for an agent of an earlier version:
-- its next heartbeat brings it.
ALTER TABLE agent ADD COLUMN key_hash VARCHAR(64);
