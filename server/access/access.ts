import type { z } from 'zod';
import type { Clock } from '#base/clock';
import type { Database, Queries } from '#base/database';
import { Fault, messageOf } from '#base/errors';
import type { Logger } from '#base/log';
import type { SecretBox } from '#base/secrets';
import type { Scope } from '#contracts/access';
import type {
  AuditEntry,
  AuditVerification,
  auditQuerySchema,
  SessionView,
  TokenCreated,
  TokenView,
  tokenInputSchema,
} from '#contracts/http';
import type { accessSection } from '../../config/sections/access.ts';
import type { Actor, ActorChange, MediaActor, Person, PersonActor, TokenActor } from './actor.ts';
import { createActorChanges } from './actor-changes.ts';
import { plainAddress } from './addresses.ts';
import { type AuditRecord, createAuditTrail } from './audit.ts';
import { type GroupsAbove, mayGive, permissionsAnywhere } from './can.ts';
import { createLockout } from './lockout.ts';
import { createMediaLinks } from './media-links.ts';
import { createOwnAccount, type OwnAccount } from './own-account.ts';
import { createPasswords } from './passwords.ts';
import { createPeople, type People, unknownScope } from './people.ts';
import { sameSecret } from './random-secret.ts';
import { type Client, createSessions, csrfTokenOf, type Session } from './sessions.ts';
import { createSetupToken } from './setup.ts';
import { createSignIn, personActor, type SignedIn, type SignIn } from './sign-in.ts';
import { createStreamPasswords } from './stream-passwords.ts';
import { createTokens } from './tokens.ts';
import { createSecondFactor } from './totp.ts';
import { createTouchedViewings, type RecordedTime } from './touched-viewings.ts';
import { countUsers, findUser, personOf, userView } from './user-store.ts';
import { createViewings } from './viewings.ts';

export type { AuditRecord, Client, SignedIn };

export interface AccessOptions {
  readonly database: Database;
  readonly config: z.output<typeof accessSection>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly secretBox: SecretBox;
  readonly groupsAbove: GroupsAbove;
  /** Is there what a scope names? Grants and tokens for what is not there are refused. */
  readonly scopeExists?: (scope: Scope) => boolean;
  /** Cost of scrypt, a power of two; lower only in tests. Default 2^17. */
  readonly passwordCost?: number;
}

/** What a request brought along; the first that is present decides: bearer, media link, session. */
export interface Credentials {
  /** Value of the `Authorization` header. */
  readonly authorization?: string | undefined;
  /** Token of a signed media link. */
  readonly mediaToken?: string | undefined;
  /** Value of the session cookie. */
  readonly sessionCookie?: string | undefined;
}

export interface UserSessionView {
  readonly id: string;
  readonly createdMs: number;
  readonly lastSeenMs: number;
  readonly expiresMs: number;
  readonly address: string;
  readonly userAgent: string;
  /** Is it the session of the one who asks? */
  readonly current: boolean;
}

/**
 * Everything about people, sessions, tokens and the audit. Nothing here asks `can` for the caller: the doors do, before
 * they call what reads or changes the accounts of others.
 */
export interface Access extends OwnAccount, Pick<SignIn, 'signIn' | 'setup'> {
  /** Token of the one-time link that makes the first administrator; `null` once there is an account. */
  setupToken(): string | null;
  /** Nobody (`null`) for anything that is missing, wrong, over, or not allowed from this address. */
  authenticate(credentials: Credentials, client: Client): Promise<Actor | null>;
  /**
   * The holder of the token with this id, from this address, if `matches` says yes to its stream password; for players
   * that know only user and password.
   */
  authenticatePlayer(
    tokenId: string,
    matches: (password: string) => boolean,
    address: string,
  ): Promise<TokenActor | null>;
  /** The same actor as the database knows it now, or `null` when it ended; for connections that stay open. */
  revalidate(actor: Actor): Promise<Actor | null>;
  sessionView(actor: Actor | null, program: { demo: boolean; version: string }): Promise<SessionView>;
  signOut(actor: PersonActor): Promise<void>;
  /** Is it what a state-changing request of this browser session must carry? */
  matchesCsrf(actor: PersonActor, value: string | undefined): boolean;
  readonly sessions: {
    /** `actor` is who asks: their own session is marked. */
    list(actor: Actor, userId: string): Promise<readonly UserSessionView[]>;
    end(actor: Actor, userId: string, sessionId: string): Promise<void>;
    endAll(actor: Actor, userId: string): Promise<void>;
  };
  readonly users: People;
  readonly tokens: {
    list(): Promise<readonly TokenView[]>;
    create(actor: Actor, body: z.output<typeof tokenInputSchema>): Promise<TokenCreated>;
    /** A new secret, the same rights and the same end; the old secret stops at once. */
    rotate(actor: Actor, tokenId: string): Promise<TokenCreated>;
    remove(actor: Actor, tokenId: string): Promise<void>;
  };
  readonly mediaLinks: {
    /** A token for the query of a media URL. The caller has asked `can`. */
    issue(
      actor: PersonActor | TokenActor,
      link: { cameraId: string; role: 'main' | 'sub'; seconds: number },
    ): Promise<{ token: string; expiresMs: number }>;
    /** Makes all links void. */
    rotateKey(actor: Actor): Promise<void>;
  };
  readonly audit: Audit;
  /** Called after the change is stored. */
  onActorChanged(listener: (change: ActorChange) => void): () => void;
  /** Ends open viewings, writes what waits, stops timers. The database is the caller's to close. */
  close(): Promise<void>;
}

export interface Audit {
  /** Resolves when the entry is stored. */
  append(record: AuditRecord): Promise<void>;
  query(query: z.output<typeof auditQuerySchema>): Promise<readonly AuditEntry[]>;
  verify(): Promise<AuditVerification>;
  /** Notes that somebody watches; call what is returned once when they stop. `via`: `wall`, `hls`, `snapshot` … */
  beginViewing(actor: Actor, cameraId: string, role: 'main' | 'sub', via: string): () => void;
  /**
   * The same for those who ask again and again: call it with every request; it ends itself 20 s after the last.
   * `recorded`: of when the pictures are that are handed out, where they are not live; the audit says which were.
   */
  touchViewing(actor: Actor, cameraId: string, role: 'main' | 'sub', via: string, recorded?: RecordedTime): void;
}

const SWEEP_MS = 600_000;

export async function createAccess(options: AccessOptions): Promise<Access> {
  const { database, config, clock, log, secretBox, groupsAbove } = options;
  const { totpRoles } = config;
  const scopeExists = options.scopeExists ?? (() => true);
  const trail = createAuditTrail(database, clock);
  const passwords = createPasswords(options.passwordCost === undefined ? {} : { cost: options.passwordCost });
  const lockout = createLockout(clock);
  const sessions = createSessions(database, clock, {
    sessionMs: config.sessionHours * 3_600_000,
    idleMs: config.idleMinutes * 60_000,
  });
  const secondFactor = createSecondFactor(clock, secretBox);
  const tokens = createTokens(database, clock, await createStreamPasswords(database, clock, secretBox));
  const mediaLinks = await createMediaLinks(database, clock, secretBox);
  const changes = createActorChanges(log);
  const setupToken = createSetupToken(await countUsers(database));
  const parts = {
    database,
    clock,
    trail,
    passwords,
    lockout,
    sessions,
    secondFactor,
    setupToken,
    changes,
    groupsAbove,
    scopeExists,
    totpRoles,
  };
  const signIn = createSignIn(parts);
  if (config.adminPassword !== undefined && setupToken.current() !== null) {
    await signIn.createFirstAdministrator(config.adminPassword);
  }
  // From here on nothing fails: what has a timer comes last.
  const viewings = await createViewings({ database, trail, clock, log });
  const touched = createTouchedViewings(viewings, clock);

  async function person(userId: string, address: string): Promise<Person | null> {
    const user = await findUser(database, 'id', userId);
    return user?.enabled === true ? personOf(user, address, totpRoles) : null;
  }

  async function inSession(session: Session | undefined, csrf: string, address: string): Promise<PersonActor | null> {
    const user = session && (await findUser(database, 'id', session.userId));
    if (session === undefined || user?.enabled !== true) return null;
    return personActor(user, session, csrf, address, totpRoles);
  }

  async function withLink(link: string, address: string): Promise<MediaActor | null> {
    const claims = mediaLinks.verify(link);
    if (claims === undefined) return null;
    const { cameraId, role: streamRole, expiresMs, issuer: by } = claims;
    const issuer = by.kind === 'person' ? await person(by.id, address) : await tokens.get(by.id, address);
    return issuer ? { kind: 'media', cameraId, streamRole, expiresMs, issuer, address, link } : null;
  }

  async function changeToken<T>(
    actor: Actor,
    action: string,
    change: (queries: Queries) => Promise<{ token: TokenView; result: T }>,
  ): Promise<T> {
    const { token, result } = await database.transaction(async (queries) => {
      const changed = await change(queries);
      const { name, hint, permissions, scopes, addresses, expiresMs } = changed.token;
      await trail.record(queries, {
        actor,
        action,
        detail: { name, hint, permissions, scopes, addresses, expiresMs },
      });
      return changed;
    });
    changes.tell({ kind: 'token', tokenId: token.id });
    return result;
  }

  const stopSweeping = clock.every(SWEEP_MS, () => {
    sessions.sweep().catch((error: unknown) => log.error({ reason: messageOf(error) }, 'old sessions are not deleted'));
  });

  return {
    ...createOwnAccount(parts),
    signIn: (body, client) => signIn.signIn(body, plain(client)),
    setup: (body, client) => signIn.setup(body, plain(client)),
    setupToken: setupToken.current,
    users: createPeople(parts),
    onActorChanged: changes.listen,

    async authenticate({ authorization, mediaToken, sessionCookie }, client) {
      const { address } = plain(client);
      if (authorization !== undefined) {
        const [, secret] = /^Bearer ([\w-]{1,128})$/i.exec(authorization) ?? [];
        return secret === undefined ? null : ((await tokens.find(secret, address)) ?? null);
      }
      if (mediaToken !== undefined) return withLink(mediaToken, address);
      if (sessionCookie === undefined) return null;
      return inSession(await sessions.find(sessionCookie), csrfTokenOf(sessionCookie), address);
    },

    async authenticatePlayer(tokenId, matches, address) {
      return (await tokens.findPlayer(tokenId, matches, plainAddress(address))) ?? null;
    },

    async revalidate(actor) {
      switch (actor.kind) {
        case 'person':
          return inSession(await sessions.get(actor.sessionId), actor.csrfToken, actor.address);
        case 'token':
          return (await tokens.revalidate(actor)) ?? null;
        case 'media':
          return withLink(actor.link, actor.address);
        case 'system':
          return actor;
      }
    },

    async sessionView(actor, program) {
      const inPerson = actor?.kind === 'person' ? actor : undefined;
      const user = inPerson && (await findUser(database, 'id', inPerson.userId));
      return {
        setupNeeded: setupToken.current() !== null,
        user: user === undefined ? null : userView(user),
        permissions: actor === null ? [] : permissionsAnywhere(actor),
        csrfToken: inPerson?.csrfToken ?? null,
        mustChangePassword: inPerson?.mustChangePassword ?? false,
        mustEnrolTotp: inPerson?.mustEnrolTotp ?? false,
        ...program,
        serverMs: clock.now(),
      };
    },

    async signOut(actor) {
      const { userId, sessionId } = actor;
      await database.transaction(async (queries) => {
        await sessions.end(queries, userId, sessionId);
        await trail.record(queries, { actor, action: 'session.ended' });
      });
      changes.tell({ kind: 'person', userId, sessionId });
    },

    matchesCsrf: (actor, value) => value !== undefined && sameSecret(actor.csrfToken, value),

    sessions: {
      async list(actor, userId) {
        const current = actor.kind === 'person' ? actor.sessionId : undefined;
        return (await sessions.list(userId)).map(({ userId: _, ...session }) => ({
          ...session,
          current: session.id === current,
        }));
      },
      async end(actor, userId, sessionId) {
        await database.transaction(async (queries) => {
          const user = await findUser(queries, 'id', userId);
          if (!(await sessions.end(queries, userId, sessionId))) {
            throw new Fault('notFound', 'session.notFound', 'there is no such session');
          }
          await trail.record(queries, { actor, action: 'session.ended', detail: { of: user?.username } });
        });
        changes.tell({ kind: 'person', userId, sessionId });
      },
      async endAll(actor, userId) {
        await database.transaction(async (queries) => {
          const user = await findUser(queries, 'id', userId);
          if (user === undefined) throw new Fault('notFound', 'user.notFound', 'there is no such person');
          await sessions.endAll(queries, userId);
          await trail.record(queries, { actor, action: 'session.allEnded', detail: { of: user.username } });
        });
        changes.tell({ kind: 'person', userId, shutOut: true });
      },
    },

    tokens: {
      list: tokens.list,
      async create(actor, body) {
        body.scopes.forEach((scope, at) => {
          if (!scopeExists(scope)) throw unknownScope(scope, `scopes.${at}`);
        });
        for (const permission of body.permissions) {
          if (body.scopes.every((scope) => mayGive(actor, permission, scope, groupsAbove))) continue;
          const message = `a token cannot have more than who makes it: ${permission}`;
          throw new Fault('forbidden', 'token.tooWide', message, {
            fields: [{ path: 'permissions', code: 'token.tooWide', message }],
          });
        }
        return changeToken(actor, 'token.created', async (queries) => {
          const result = await tokens.create(queries, body);
          return { token: result.token, result };
        });
      },
      rotate: (actor, tokenId) =>
        changeToken(actor, 'token.rotated', async (queries) => {
          const result = await tokens.rotate(queries, tokenId);
          return { token: result.token, result };
        }),
      remove: (actor, tokenId) =>
        changeToken(actor, 'token.removed', async (queries) => {
          const token = await tokens.remove(queries, tokenId);
          return { token, result: undefined };
        }),
    },

    mediaLinks: {
      async issue(actor, { cameraId, role, seconds }) {
        const issuer =
          actor.kind === 'person' ? { kind: actor.kind, id: actor.userId } : { kind: actor.kind, id: actor.tokenId };
        const expiresMs = clock.now() + seconds * 1000;
        await trail.append({ actor, action: 'mediaLink.issued', cameraId, detail: { role, expiresMs } });
        return { token: mediaLinks.sign({ cameraId, role, expiresMs, issuer }), expiresMs };
      },
      async rotateKey(actor) {
        const use = await database.transaction(async (queries) => {
          await trail.record(queries, { actor, action: 'mediaLink.keyRotated' });
          return mediaLinks.rotate(queries);
        });
        use();
        changes.tell({ kind: 'media' });
      },
    },

    audit: {
      append: trail.append,
      query: trail.query,
      verify: trail.verify,
      beginViewing(actor, cameraId, role, via) {
        const end = viewings.begin(actor, cameraId, role, via);
        return () => end();
      },
      touchViewing: touched.touch,
    },

    async close() {
      stopSweeping();
      touched.close();
      await viewings.close();
      // Kept outside of the database: shows later whether entries were cut off the end.
      log.info(await trail.head(), 'last entry of the audit');
    },
  };
}

function plain(client: Client): Client {
  return { ...client, address: plainAddress(client.address) };
}
