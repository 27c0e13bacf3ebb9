import type { Grant, Permission, Scope } from '#contracts/access';

/** Who asks: every door turns a request into one of these, or into nobody. */
export type Actor = PersonActor | TokenActor | MediaActor | SystemActor;

export interface Person {
  readonly kind: 'person';
  readonly userId: string;
  readonly username: string;
  readonly displayName: string;
  readonly grants: readonly Grant[];
  readonly mustChangePassword: boolean;
  readonly mustEnrolTotp: boolean;
  readonly address: string;
}

/** A person in a session. */
export interface PersonActor extends Person {
  readonly sessionId: string;
  /** When the session ends at the latest, ms since 1970. */
  readonly expiresMs: number;
  /** What every state-changing request of this session must carry. */
  readonly csrfToken: string;
}

/** A machine with a bearer token. */
export interface TokenActor {
  readonly kind: 'token';
  readonly tokenId: string;
  readonly name: string;
  readonly expiresMs: number;
  readonly permissions: readonly Permission[];
  readonly scopes: readonly Scope[];
  readonly address: string;
  /** Changes when the token is rotated; of no use to who reads it. */
  readonly secretHash: string;
}

/** An outside player with a signed link: one stream of one camera, as long as its issuer may see it. */
export interface MediaActor {
  readonly kind: 'media';
  readonly cameraId: string;
  readonly streamRole: 'main' | 'sub';
  readonly expiresMs: number;
  readonly issuer: Person | TokenActor;
  /** The signed token itself, for looking again later. */
  readonly link: string;
  readonly address: string;
}

/** The program itself. */
export interface SystemActor {
  readonly kind: 'system';
}
export const SYSTEM: SystemActor = { kind: 'system' };

/** How the audit names an actor: username, `token:<name>`, `link:<issuer>` or `system`. */
export function auditName(actor: Actor | Person): string {
  switch (actor.kind) {
    case 'person':
      return actor.username;
    case 'token':
      return `token:${actor.name}`;
    case 'media':
      return `link:${auditName(actor.issuer)}`;
    case 'system':
      return 'system';
  }
}

export function addressOf(actor: Actor): string {
  return actor.kind === 'system' ? '' : actor.address;
}

/** Something about actors changed; sockets that stand on it must be dropped or asked again. */
export type ActorChange =
  /** All sessions of a person, or the one named. `shutOut`: others ended all of them; nothing of theirs may go on. */
  | { readonly kind: 'person'; readonly userId: string; readonly sessionId?: string; readonly shutOut?: boolean }
  | { readonly kind: 'token'; readonly tokenId: string }
  /** The key of the signed media links was changed: all links are void. */
  | { readonly kind: 'media' };

/** Does the change touch this actor? Then ask `revalidate` and drop what it says no to. */
export function isAffected(actor: Actor, change: ActorChange): boolean {
  switch (actor.kind) {
    case 'person':
      return isOf(actor, change) && (change.sessionId === undefined || change.sessionId === actor.sessionId);
    case 'token':
      return change.kind === 'token' && change.tokenId === actor.tokenId;
    case 'media':
      if (change.kind === 'media') return true;
      // A link outlives the session that it was made in, but not the rights of its issuer.
      return actor.issuer.kind === 'token'
        ? isAffected(actor.issuer, change)
        : isOf(actor.issuer, change) && change.sessionId === undefined;
    case 'system':
      return false;
  }
}

function isOf(person: Person, change: ActorChange): change is Extract<ActorChange, { kind: 'person' }> {
  return change.kind === 'person' && change.userId === person.userId;
}
