import type Constructor from 'better-sqlite3';
import { Fault, systemCodeOf } from '#base/errors';

export type SqliteConstructor = typeof Constructor;
export type SqliteConnection = Constructor.Database;
export type SqliteStatement = Constructor.Statement<unknown[], unknown>;

/**
 * The one place that chooses the package: better-sqlite3 12 is the last that runs on Node 20, and sometimes aborts at
 * exit on Node 24; 13 crashes Node 20 outright and needs 22.14. 13 is optional under an alias, so that an installation
 * on Node 20 passes without it.
 */
export async function loadSqlite(nodeVersion = process.versions.node): Promise<SqliteConstructor> {
  // A variable keeps the compiler from asking for a package that is rightly absent on Node 20.
  const name: string = packageFor(nodeVersion);
  try {
    const module = (await import(name)) as { readonly default: SqliteConstructor };
    return module.default;
  } catch (cause) {
    if (systemCodeOf(cause) !== 'ERR_MODULE_NOT_FOUND') throw cause;
    throw new Fault(
      'internal',
      'store.packageMissing',
      `Node ${nodeVersion} needs the package ${name}, which was left out: install again with this version of Node and with optional dependencies`,
      { cause },
    );
  }
}

export function packageFor(nodeVersion: string): 'better-sqlite3' | 'better-sqlite3-node22' {
  const [major = 0, minor = 0] = nodeVersion.split('.').map(Number);
  return major > 22 || (major === 22 && minor >= 14) ? 'better-sqlite3-node22' : 'better-sqlite3';
}
