import { access } from './0001-access.ts';
import type { Migration } from './migration.ts';

/** All migrations in the order in which they run. Add at the end only. */
export const migrations: readonly Migration[] = [access];
