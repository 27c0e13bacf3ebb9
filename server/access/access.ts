import type { z } from 'zod';
import type { Clock } from '#base/clock';
import type { Database } from '#base/database';
import type { Logger } from '#base/log';
import type { SecretBox } from '#base/secrets';
import type { Permission, Target } from '#contracts/access';
import type {
  AuditEntry,
  AuditVerification,
  auditQuerySchema,
  changePasswordSchema,
  preferencesSchema,
  SessionView,
  setupSchema,
  signInSchema,
  TokenCreated,
  TokenView,
  TotpEnabled,
  TotpEnrolment,
  tokenInputSchema,
  UserView,
  userInputSchema,
} from '#contracts/http';
import type { accessSection } from '../../config/sections/access.ts';
import type { Actor, ActorChange, PersonActor, TokenActor } from './actor.ts';
import type { GroupsAbove } from './can.ts';

export interface AccessOptions {
  readonly database: Database;
  readonly config: z.output<typeof accessSection>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly secretBox: SecretBox;
  readonly groupsAbove: GroupsAbove;
  /** Cost of scrypt, a power of two; lower only in tests. Default 2^17. */
  readonly passwordCost?: number;
}

/** Where a request comes from, as the door established it (forwarded headers already judged). */
export interface Client {
  readonly address: string;
  readonly userAgent: string;
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

export interface SignedIn {
  /** Value for the session cookie. */
  readonly cookie: string;
  readonly expiresMs: number;
  readonly actor: PersonActor;
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

/** One thing that somebody did. `action` is `thing.verb` in the past: `camera.changed`. */
export interface AuditRecord {
  readonly actor: Actor;
  readonly action: string;
  readonly cameraId?: string | undefined;
  /** Never a secret. */
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** Everything about people, sessions, tokens and the audit. The doors ask `can` before they call what changes. */
export interface Access {
  can(actor: Actor, permission: Permission, target: Target): boolean;
  /** Token of the one-time link that makes the first administrator; `null` once there is an account. */
  setupToken(): string | null;
  setup(body: z.output<typeof setupSchema>, client: Client): Promise<SignedIn>;
  /** Nobody (`null`) for anything that is missing, wrong, over, or not allowed from this address. */
  authenticate(credentials: Credentials, client: Client): Promise<Actor | null>;
  /** The same actor as the database knows it now, or `null` when it ended; for connections that stay open. */
  revalidate(actor: Actor): Promise<Actor | null>;
  sessionView(actor: Actor | null, program: { demo: boolean; version: string }): Promise<SessionView>;
  signIn(body: z.output<typeof signInSchema>, client: Client): Promise<SignedIn>;
  signOut(actor: PersonActor): Promise<void>;
  /** Constant-time look at what a state-changing request of a browser session carries. */
  matchesCsrf(actor: PersonActor, value: string | undefined): boolean;
  changePassword(actor: PersonActor, body: z.output<typeof changePasswordSchema>): Promise<void>;
  setPreferences(actor: PersonActor, body: z.output<typeof preferencesSchema>): Promise<UserView>;
  beginTotp(actor: PersonActor): Promise<TotpEnrolment>;
  confirmTotp(actor: PersonActor, code: string): Promise<TotpEnabled>;
  /** Needs the password again; refused when a role of the person demands the second factor. */
  disableTotp(actor: PersonActor, password: string): Promise<void>;
  readonly sessions: {
    list(actor: PersonActor, userId: string): Promise<readonly UserSessionView[]>;
    end(actor: PersonActor, userId: string, sessionId: string): Promise<void>;
  };
  readonly users: {
    list(): Promise<readonly UserView[]>;
    get(userId: string): Promise<UserView>;
    create(actor: Actor, body: z.output<typeof userInputSchema>): Promise<UserView>;
    update(actor: Actor, userId: string, body: z.output<typeof userInputSchema>): Promise<UserView>;
    remove(actor: Actor, userId: string): Promise<void>;
    /** For a person who lost the second factor. */
    resetTotp(actor: Actor, userId: string): Promise<void>;
  };
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
}

export async function createAccess(options: AccessOptions): Promise<Access> {
  throw new Error(`not yet: ${options.config.sessionHours}`);
}
