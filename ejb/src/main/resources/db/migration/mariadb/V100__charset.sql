-- Names are compared byte by byte, as on H2, and hold any character.
ALTER DATABASE CHARACTER SET = 'utf8mb4' COLLATE = 'utf8mb4_bin';
