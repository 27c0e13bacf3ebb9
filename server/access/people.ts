import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import type { Clock } from '#base/clock';
import { type Database, isUniqueViolation, type Queries } from '#base/database';
import { Fault } from '#base/errors';
import { type Grant, ROLE_PERMISSIONS, type Scope, scopeId } from '#contracts/access';
import type { UserView, userInputSchema } from '#contracts/http';
import type { Actor } from './actor.ts';
import type { ActorChanges } from './actor-changes.ts';
import type { AuditTrail } from './audit.ts';
import { type GroupsAbove, mayGive } from './can.ts';
import { assertGoodPassword, type Passwords } from './passwords.ts';
import type { Sessions } from './sessions.ts';
import type { SecondFactor } from './totp.ts';
import {
  countAdministrators,
  findUser,
  insertUser,
  listUsers,
  replaceGrants,
  type User,
  userView,
} from './user-store.ts';

type UserInput = z.output<typeof userInputSchema>;

/** Keeping the accounts of others. There is always one enabled administrator of everything. */
export interface People {
  list(): Promise<readonly UserView[]>;
  get(userId: string): Promise<UserView>;
  create(actor: Actor, body: UserInput): Promise<UserView>;
  /** Replaces everything but the password, which stays unless one is given. */
  update(actor: Actor, userId: string, body: UserInput): Promise<UserView>;
  remove(actor: Actor, userId: string): Promise<void>;
  /** For a person who lost the second factor. */
  resetTotp(actor: Actor, userId: string): Promise<void>;
}

export function createPeople(parts: {
  database: Database;
  clock: Clock;
  trail: AuditTrail;
  passwords: Passwords;
  sessions: Sessions;
  secondFactor: SecondFactor;
  changes: ActorChanges;
  groupsAbove: GroupsAbove;
  scopeExists: (scope: Scope) => boolean;
}): People {
  const { database, clock, trail, passwords, sessions, secondFactor, changes, groupsAbove, scopeExists } = parts;

  function assertMayGive(actor: Actor, grants: readonly Grant[], had: readonly Grant[]): void {
    grants.forEach(({ role, scope }, at) => {
      if (had.some((grant) => describe(grant) === describe({ role, scope }))) return;
      if (!scopeExists(scope)) throw unknownScope(scope, `grants.${at}`);
      if (ROLE_PERMISSIONS[role].every((permission) => mayGive(actor, permission, scope, groupsAbove))) return;
      const message = 'a role can only be given by somebody who has its permissions over the same scope';
      throw new Fault('forbidden', 'user.grantTooWide', message, {
        fields: [{ path: `grants.${at}`, code: 'user.grantTooWide', message }],
      });
    });
  }

  return {
    async list() {
      return (await listUsers(database)).map(userView);
    },

    async get(userId) {
      return userView(await existing(database, userId));
    },

    async create(actor, body) {
      if (body.password === undefined) {
        const message = 'a new account needs a password';
        throw new Fault('invalid', 'user.passwordMissing', message, {
          fields: [{ path: 'password', code: 'user.passwordMissing', message }],
        });
      }
      assertMayGive(actor, body.grants, []);
      assertGoodPassword(body.password, body, 'password');
      const passwordHash = await passwords.hash(body.password);
      const user = { ...body, id: randomUUID(), passwordHash, mustChangePassword: true };
      return usernameFree(() =>
        database.transaction(async (queries) => {
          await insertUser(queries, user, clock.now());
          await trail.record(queries, { actor, action: 'user.created', detail: outline(body) });
          return userView(await existing(queries, user.id));
        }),
      );
    },

    async update(actor, userId, body) {
      assertMayGive(actor, body.grants, (await existing(database, userId)).grants);
      if (body.password !== undefined) assertGoodPassword(body.password, body, 'password');
      const passwordHash = body.password === undefined ? undefined : await passwords.hash(body.password);
      const shutOut = !body.enabled || passwordHash !== undefined;
      const view = await usernameFree(() =>
        database.transaction(async (queries) => {
          const before = await existing(queries, userId);
          await queries.run(
            'UPDATE users SET username = ?, display_name = ?, enabled = ? WHERE id = ?',
            body.username,
            body.displayName,
            body.enabled ? 1 : 0,
            userId,
          );
          await replaceGrants(queries, userId, body.grants);
          if (passwordHash !== undefined) {
            await queries.run(
              'UPDATE users SET password_hash = ?, must_change_password = 1 WHERE id = ?',
              passwordHash,
              userId,
            );
          }
          await assertAdministratorLeft(queries);
          if (shutOut) await sessions.endAll(queries, userId);
          await trail.record(queries, {
            actor,
            action: 'user.changed',
            detail: { ...outline(body), before: outline(before), passwordSet: passwordHash !== undefined },
          });
          return userView(await existing(queries, userId));
        }),
      );
      changes.tell({ kind: 'person', userId, shutOut });
      return view;
    },

    async remove(actor, userId) {
      await database.transaction(async (queries) => {
        const user = await existing(queries, userId);
        await queries.run('DELETE FROM users WHERE id = ?', userId);
        await assertAdministratorLeft(queries);
        await trail.record(queries, { actor, action: 'user.removed', detail: outline(user) });
      });
      changes.tell({ kind: 'person', userId, shutOut: true });
    },

    async resetTotp(actor, userId) {
      await database.transaction(async (queries) => {
        const user = await existing(queries, userId);
        await secondFactor.remove(queries, userId);
        await trail.record(queries, { actor, action: 'totp.reset', detail: { username: user.username } });
      });
      changes.tell({ kind: 'person', userId });
    },
  };
}

async function existing(queries: Queries, userId: string): Promise<User> {
  const user = await findUser(queries, 'id', userId);
  if (user === undefined) throw new Fault('notFound', 'user.notFound', 'there is no such person');
  return user;
}

async function assertAdministratorLeft(queries: Queries): Promise<void> {
  if ((await countAdministrators(queries)) > 0) return;
  throw new Fault('conflict', 'user.lastAdministrator', 'the last administrator must stay');
}

async function usernameFree<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    const message = 'another person has this username';
    throw new Fault('conflict', 'user.usernameTaken', message, {
      fields: [{ path: 'username', code: 'user.usernameTaken', message }],
    });
  }
}

/** What somebody had before stays: it gives nothing, and is to be taken away. */
export function unknownScope(scope: Scope, path: string): Fault {
  const message = `there is no ${scope.kind} ${scopeId(scope)}`;
  return new Fault('invalid', 'user.scopeUnknown', message, {
    fields: [{ path, code: 'user.scopeUnknown', message }],
  });
}

/** What the audit keeps of an account. */
function outline(user: Pick<User, 'username' | 'displayName' | 'enabled' | 'grants'>): Record<string, unknown> {
  const { username, displayName, enabled } = user;
  return { username, displayName, enabled, grants: user.grants.map(describe) };
}

function describe({ role, scope }: Grant): string {
  if (scope.kind === 'all') return `${role} of all`;
  return `${role} of ${scope.kind} ${scopeId(scope)}`;
}
