import type { Migration } from './migration.ts';

/** QCVN 135:2024/BTTTT: which cameras are certified. */
export const cameraCertificates: Migration = {
  id: '0025-camera-certificates',
  statements: ["ALTER TABLE cameras ADD COLUMN certificate TEXT NOT NULL DEFAULT ''"],
};
