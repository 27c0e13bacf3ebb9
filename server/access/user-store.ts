import type { Database, Queries } from '#base/database';
import { type Grant, grantSchema, type Role, scopeId, scopeOf } from '#contracts/access';
import type { UserView } from '#contracts/http';
import { LANGUAGES, type Language } from '#contracts/languages';
import type { Person } from './actor.ts';

/** A person as stored, with all grants. */
export interface User {
  readonly id: string;
  readonly username: string;
  readonly displayName: string;
  readonly enabled: boolean;
  readonly passwordHash: string;
  readonly mustChangePassword: boolean;
  /** Sealed. */
  readonly totpSecret: Uint8Array | null;
  readonly totpPending: Uint8Array | null;
  readonly language: Language;
  readonly theme: UserView['theme'];
  readonly createdMs: number;
  readonly lastSignInMs: number | null;
  readonly grants: readonly Grant[];
}

interface UserRow {
  readonly id: string;
  readonly username: string;
  readonly display_name: string;
  readonly enabled: number;
  readonly password_hash: string;
  readonly must_change_password: number;
  readonly totp_secret: Uint8Array | null;
  readonly totp_pending: Uint8Array | null;
  readonly language: string;
  readonly theme: string;
  readonly created_ms: number;
  readonly last_sign_in_ms: number | null;
}

interface GrantRow {
  readonly user_id: string;
  readonly role: string;
  readonly scope_kind: string;
  readonly scope_id: string;
}

export async function countUsers(queries: Queries): Promise<number> {
  return (await queries.get<{ n: number }>('SELECT COUNT(*) AS n FROM users'))?.n ?? 0;
}

export async function listUsers(database: Database): Promise<readonly User[]> {
  const [users, grants] = await Promise.all([
    database.all<UserRow>('SELECT * FROM users ORDER BY username'),
    database.all<GrantRow>('SELECT * FROM grants ORDER BY user_id, role, scope_kind, scope_id'),
  ]);
  const byUser = new Map<string, GrantRow[]>(users.map((user) => [user.id, []]));
  for (const grant of grants) byUser.get(grant.user_id)?.push(grant);
  return users.map((user) => userOf(user, byUser.get(user.id) ?? []));
}

export async function findUser(queries: Queries, by: 'id' | 'username', value: string): Promise<User | undefined> {
  const row = await queries.get<UserRow>(
    by === 'id' ? 'SELECT * FROM users WHERE id = ?' : 'SELECT * FROM users WHERE username = ?',
    value,
  );
  if (row === undefined) return undefined;
  const grants = await queries.all<GrantRow>(
    'SELECT * FROM grants WHERE user_id = ? ORDER BY role, scope_kind, scope_id',
    row.id,
  );
  return userOf(row, grants);
}

/** Breaks the UNIQUE constraint when the username is taken. */
export async function insertUser(
  queries: Queries,
  user: Pick<User, 'id' | 'username' | 'displayName' | 'enabled' | 'passwordHash' | 'mustChangePassword' | 'grants'>,
  nowMs: number,
): Promise<void> {
  await queries.run(
    `INSERT INTO users (id, username, display_name, enabled, password_hash, must_change_password, language, theme,
       created_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    user.id,
    user.username,
    user.displayName,
    user.enabled ? 1 : 0,
    user.passwordHash,
    user.mustChangePassword ? 1 : 0,
    LANGUAGES[0],
    'dark',
    nowMs,
  );
  await replaceGrants(queries, user.id, user.grants);
}

export async function replaceGrants(queries: Queries, userId: string, grants: readonly Grant[]): Promise<void> {
  await queries.run('DELETE FROM grants WHERE user_id = ?', userId);
  for (const { role, scope } of grants) {
    await queries.run(
      'INSERT INTO grants (user_id, role, scope_kind, scope_id) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
      userId,
      role,
      scope.kind,
      scopeId(scope),
    );
  }
}

/** Enabled people who are administrator over everything. */
export async function countAdministrators(queries: Queries): Promise<number> {
  const row = await queries.get<{ n: number }>(
    `SELECT COUNT(*) AS n FROM users JOIN grants ON grants.user_id = users.id
     WHERE users.enabled = 1 AND grants.role = 'administrator' AND grants.scope_kind = 'all'`,
  );
  return row?.n ?? 0;
}

export function userView(user: User): UserView {
  const { id, username, displayName, enabled, grants, language, theme, createdMs, lastSignInMs } = user;
  const hasTotp = user.totpSecret !== null;
  return { id, username, displayName, enabled, grants, hasTotp, language, theme, createdMs, lastSignInMs };
}

/** `totpRoles`: the roles that demand a second factor. */
export function personOf(user: User, address: string, totpRoles: readonly Role[]): Person {
  return {
    kind: 'person',
    userId: user.id,
    username: user.username,
    displayName: user.displayName,
    grants: user.grants,
    mustChangePassword: user.mustChangePassword,
    mustEnrolTotp: user.totpSecret === null && user.grants.some((grant) => totpRoles.includes(grant.role)),
    address,
  };
}

function userOf(row: UserRow, grants: readonly GrantRow[]): User {
  return {
    id: row.id,
    username: row.username,
    displayName: row.display_name,
    enabled: row.enabled === 1,
    passwordHash: row.password_hash,
    mustChangePassword: row.must_change_password === 1,
    totpSecret: row.totp_secret,
    totpPending: row.totp_pending,
    language: LANGUAGES.find((language) => language === row.language) ?? LANGUAGES[0],
    theme: row.theme === 'light' || row.theme === 'auto' ? row.theme : 'dark',
    createdMs: row.created_ms,
    lastSignInMs: row.last_sign_in_ms,
    grants: grants.flatMap(grantOf),
  };
}

/** A grant that this version does not understand gives nothing. */
function grantOf({ role, scope_kind: kind, scope_id: id }: GrantRow): Grant[] {
  const parsed = grantSchema.safeParse({ role, scope: scopeOf(kind, id) });
  return parsed.success ? [parsed.data] : [];
}
