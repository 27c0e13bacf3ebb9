import type { Grant, Permission, Scope } from '#contracts/access';

/** Who asks: every door turns a request into one of these, or into nobody. */
export type Actor = PersonActor | TokenActor | MediaActor | SystemActor;

export interface PersonActor {
  readonly kind: 'person';
  readonly userId: string;
  readonly username: string;
  readonly displayName: string;
  readonly sessionId: string;
  /** When the session ends at the latest, ms since 1970. */
  readonly expiresMs: number;
  readonly grants: readonly Grant[];
  readonly mustChangePassword: boolean;
  readonly mustEnrolTotp: boolean;
  /** What every state-changing request of this session must carry. */
  readonly csrfToken: string;
  readonly address: string;
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
}

/** An outside player with a signed link: one stream of one camera, as long as its issuer may see it. */
export interface MediaActor {
  readonly kind: 'media';
  readonly cameraId: string;
  readonly streamRole: 'main' | 'sub';
  readonly expiresMs: number;
  readonly issuer: PersonActor | TokenActor;
  readonly address: string;
}

/** The program itself. */
export interface SystemActor {
  readonly kind: 'system';
}
export const SYSTEM: SystemActor = { kind: 'system' };

/** How the audit names an actor: username, `token:<name>`, `link:<issuer>` or `system`. */
export function auditName(actor: Actor): string {
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
  /** All sessions of a person, or the one named. */
  | { readonly kind: 'person'; readonly userId: string; readonly sessionId?: string }
  | { readonly kind: 'token'; readonly tokenId: string }
  /** The key of the signed media links was changed: all links are void. */
  | { readonly kind: 'media' };

/** Does the change touch this actor? Then ask `revalidate` and drop what it says no to. */
export function isAffected(actor: Actor, change: ActorChange): boolean {
  if (actor.kind === 'media') return change.kind === 'media' || isAffected(actor.issuer, change);
  if (actor.kind === 'person' && change.kind === 'person') {
    return actor.userId === change.userId && (change.sessionId === undefined || change.sessionId === actor.sessionId);
  }
  return actor.kind === 'token' && change.kind === 'token' && actor.tokenId === change.tokenId;
}
