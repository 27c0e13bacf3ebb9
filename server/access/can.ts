import { isDeepStrictEqual } from 'node:util';
import { PERMISSIONS, type Permission, ROLE_PERMISSIONS, ROLES, type Scope, type Target } from '#contracts/access';
import type { Actor, Person, TokenActor } from './actor.ts';

/**
 * The one function that decides. Unknown means no: a role, scope or target that is not understood gives nothing, and
 * neither does a person who has yet to change a password or to set up the second factor.
 *
 * `system` targets belong to no camera and need a grant over everything; only what a person does for themselves
 * (`OWN_THINGS`) is theirs whatever the scope.
 */
export function can(actor: Actor | Person, permission: Permission, target: Target): boolean {
  if (actor.kind === 'system') return true;
  if (actor.kind === 'media') {
    return (
      permission === 'camera.view' &&
      target.kind === 'camera' &&
      target.cameraId === actor.cameraId &&
      can(actor.issuer, permission, target)
    );
  }
  return scopesOf(actor, permission).some((scope) => reaches(scope, permission, target));
}

/** As `can` for `camera.view`, and of a signed link that it is for this stream. */
export function canPlay(actor: Actor, role: 'main' | 'sub', target: Target): boolean {
  return (actor.kind !== 'media' || actor.streamRole === role) && can(actor, 'camera.view', target);
}

/**
 * Has the actor this permission on anything at all? For lists that show each person their own part and for what the
 * navigation offers; never instead of `can` for a single thing.
 */
export function canAnywhere(actor: Actor | Person, permission: Permission): boolean {
  if (actor.kind === 'system') return true;
  if (actor.kind === 'media') return permission === 'camera.view' && canAnywhere(actor.issuer, permission);
  return scopesOf(actor, permission).length > 0;
}

export function permissionsAnywhere(actor: Actor): readonly Permission[] {
  return PERMISSIONS.filter((permission) => canAnywhere(actor, permission));
}

/** The cameras on which the actor has the permission, in the order given. */
export function camerasWith<Camera extends { readonly id: string; readonly groupId: string | null }>(
  actor: Actor,
  permission: Permission,
  cameras: readonly Camera[],
  groupsAbove: GroupsAbove,
): readonly Camera[] {
  return cameras.filter((camera) => can(actor, permission, cameraTarget(camera, groupsAbove)));
}

/** For searches by somebody who reaches only some cameras: which of `ids`; `undefined` where nothing is kept from them. */
export function narrowedTo(
  actor: Actor,
  permission: Permission,
  ids: () => readonly string[],
  targetOf: (cameraId: string) => Target,
): readonly string[] | undefined {
  if (can(actor, permission, { kind: 'system' })) return undefined;
  return ids().filter((id) => can(actor, permission, targetOf(id)));
}

/** The group itself and all groups above it; empty for a group that does not exist. */
export type GroupsAbove = (groupId: string) => readonly string[];

export function cameraTarget(
  camera: { readonly id: string; readonly groupId: string | null },
  groupsAbove: GroupsAbove,
): Target {
  return {
    kind: 'camera',
    cameraId: camera.id,
    groupIds: camera.groupId === null ? [] : groupsAbove(camera.groupId),
  };
}

/**
 * May the actor hand this permission on over this scope? Nobody can give what they do not have, or wider than they
 * have it.
 */
export function mayGive(actor: Actor, permission: Permission, scope: Scope, groupsAbove: GroupsAbove): boolean {
  if (actor.kind === 'system') return true;
  if (actor.kind === 'media') return false;
  return scopesOf(actor, permission).some((own) => {
    if (own.kind === 'all') return true;
    if (own.kind === 'group') return scope.kind === 'group' && groupsAbove(scope.groupId).includes(own.groupId);
    return isDeepStrictEqual(own, scope);
  });
}

/** Permissions for what belongs to the person rather than to a camera or to the system. */
const OWN_THINGS: readonly Permission[] = ['layout.use', 'layout.share'];

function scopesOf(actor: Person | TokenActor, permission: Permission): readonly Scope[] {
  if (actor.kind === 'token') return actor.permissions.includes(permission) ? actor.scopes : [];
  if (actor.mustChangePassword || actor.mustEnrolTotp) return [];
  return actor.grants
    .filter((grant) => ROLES.includes(grant.role) && ROLE_PERMISSIONS[grant.role].includes(permission))
    .map((grant) => grant.scope);
}

function reaches(scope: Scope, permission: Permission, target: Target): boolean {
  if (target.kind === 'system') return scope.kind === 'all' || OWN_THINGS.includes(permission);
  if (target.kind === 'camera') {
    if (scope.kind === 'all') return true;
    if (scope.kind === 'group') return target.groupIds.includes(scope.groupId);
    return scope.kind === 'camera' && target.cameraId === scope.cameraId;
  }
  if (target.kind !== 'sector') return false;
  switch (scope.kind) {
    case 'all':
      return true;
    case 'sector':
      return target.sector === scope.sector;
    case 'unit':
      return target.unitIds.includes(scope.unitId);
    case 'feed':
      return target.feedId === scope.feedId;
    default:
      return false;
  }
}
