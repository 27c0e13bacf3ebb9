import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import type { Clock } from '#base/clock';
import type { Database, Queries } from '#base/database';
import { Fault } from '#base/errors';
import type { Role } from '#contracts/access';
import type { setupSchema, signInSchema } from '#contracts/http';
import { type PersonActor, SYSTEM } from './actor.ts';
import { addressKey } from './addresses.ts';
import type { AuditTrail } from './audit.ts';
import type { Attempt, Lockout } from './lockout.ts';
import { assertGoodPassword, type Passwords } from './passwords.ts';
import { type Client, csrfTokenOf, type Session, type Sessions } from './sessions.ts';
import type { SetupToken } from './setup.ts';
import type { SecondFactor } from './totp.ts';
import { countUsers, findUser, insertUser, personOf, type User } from './user-store.ts';

export interface SignedIn {
  /** Value for the session cookie. */
  readonly cookie: string;
  readonly expiresMs: number;
  readonly actor: PersonActor;
}

/** The ways into a session: user and password with the second factor, and the link that makes the first account. */
export interface SignIn {
  /**
   * Faults: `access.wrongPassword` (whatever was wrong), `access.codeNeeded` (ask for the second factor and come again),
   * `access.wrongCode`, `access.wait`.
   */
  signIn(body: z.output<typeof signInSchema>, client: Client): Promise<SignedIn>;
  setup(body: z.output<typeof setupSchema>, client: Client): Promise<SignedIn>;
  /** Makes `admin` when there is no account yet. */
  createFirstAdministrator(password: string): Promise<void>;
}

export interface SignInParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly trail: AuditTrail;
  readonly passwords: Passwords;
  readonly lockout: Lockout;
  readonly sessions: Sessions;
  readonly secondFactor: SecondFactor;
  readonly setupToken: SetupToken;
  readonly totpRoles: readonly Role[];
}

export function createSignIn(parts: SignInParts): SignIn {
  const { database, clock, trail, passwords, lockout, sessions, secondFactor, setupToken, totpRoles } = parts;

  async function refuse(user: User | undefined, client: Client, reason: string): Promise<void> {
    await database.transaction((queries) =>
      trail.write(queries, {
        timeMs: clock.now(),
        // What was typed may be a password in the wrong field: only the names of accounts are written down.
        actor: user?.username ?? 'unknown',
        address: client.address,
        action: 'session.refused',
        cameraId: null,
        detail: { reason },
      }),
    );
  }

  async function begin(queries: Queries, userId: string, client: Client, second: string): Promise<SignedIn> {
    const { cookie, session } = await sessions.begin(queries, userId, client);
    await queries.run('UPDATE users SET last_sign_in_ms = ? WHERE id = ?', clock.now(), userId);
    const user = await findUser(queries, 'id', userId);
    if (user === undefined) throw new Fault('unauthenticated', 'access.wrongPassword', 'the account was just removed');
    const actor = personActor(user, session, csrfTokenOf(cookie), client.address, totpRoles);
    await trail.record(queries, { actor, action: 'session.began', detail: { second, userAgent: session.userAgent } });
    return { cookie, expiresMs: session.expiresMs, actor };
  }

  async function checkPassword(
    user: User | undefined,
    password: string,
    attempt: Attempt,
  ): Promise<{ ok: boolean; newHash: string | undefined }> {
    try {
      // The same work for an account that does not exist: the time of the answer tells nobody which names exist.
      const { ok, rehash } = await passwords.verify(password, user?.passwordHash ?? null);
      return { ok, newHash: ok && rehash ? await passwords.hash(password) : undefined };
    } catch (error) {
      attempt.takeBack();
      throw error;
    }
  }

  /** `then` belongs to the same transaction: there is no account without its session where one is asked for. */
  async function createAdministrator<T>(
    account: { username: string; displayName: string; password: string },
    via: string,
    then: (queries: Queries, userId: string) => Promise<T>,
  ): Promise<T> {
    assertGoodPassword(account.password, account, 'password');
    const passwordHash = await passwords.hash(account.password);
    const user = {
      id: randomUUID(),
      username: account.username,
      displayName: account.displayName,
      enabled: true,
      passwordHash,
      mustChangePassword: false,
      grants: [{ role: 'administrator' as const, scope: { kind: 'all' as const } }],
    };
    const result = await database.transaction(async (queries) => {
      if ((await countUsers(queries)) > 0) {
        throw new Fault('conflict', 'setup.done', 'the first administrator exists already');
      }
      await insertUser(queries, user, clock.now());
      await trail.record(queries, {
        actor: SYSTEM,
        action: 'setup.finished',
        detail: { via, username: account.username },
      });
      return then(queries, user.id);
    });
    setupToken.used();
    return result;
  }

  return {
    async signIn(body, client) {
      const attempt = lockout.attempt(body.username, addressKey(client.address));
      const user = await findUser(database, 'username', body.username);
      const { ok, newHash } = await checkPassword(user, body.password, attempt);
      if (user === undefined || !ok || !user.enabled) {
        await refuse(user, client, ok ? 'disabled' : 'credentials');
        throw new Fault('unauthenticated', 'access.wrongPassword', 'username or password is wrong');
      }
      if (user.totpSecret !== null && (body.code ?? '') === '') {
        attempt.takeBack();
        throw new Fault('unauthenticated', 'access.codeNeeded', 'the second factor is needed');
      }
      const signedIn = await database.transaction(async (queries) => {
        // Asked again: between the password and now the account may have been disabled.
        const current = await findUser(queries, 'id', user.id);
        if (current === undefined || !current.enabled || current.passwordHash !== user.passwordHash) return undefined;
        const second =
          current.totpSecret === null ? 'none' : await secondFactor.take(queries, current, body.code ?? '');
        if (second === undefined) return undefined;
        if (newHash !== undefined) {
          await queries.run('UPDATE users SET password_hash = ? WHERE id = ?', newHash, user.id);
        }
        return begin(queries, user.id, client, second);
      });
      if (signedIn === undefined) {
        await refuse(user, client, 'second factor');
        throw new Fault('unauthenticated', 'access.wrongCode', 'the code is wrong or was used before');
      }
      attempt.succeeded();
      return signedIn;
    },

    async setup(body, client) {
      setupToken.assertRight(body.token);
      return createAdministrator(body, 'link', (queries, userId) => begin(queries, userId, client, 'none'));
    },

    async createFirstAdministrator(password) {
      const account = { username: 'admin', displayName: 'Administrator', password };
      await createAdministrator(account, 'environment', async () => {});
    },
  };
}

export function personActor(
  user: User,
  session: Session,
  csrfToken: string,
  address: string,
  totpRoles: readonly Role[],
): PersonActor {
  return {
    ...personOf(user, address, totpRoles),
    sessionId: session.id,
    expiresMs: session.expiresMs,
    csrfToken,
  };
}
