import { describe, expect, it } from 'vitest';
import {
  type Grant,
  PERMISSIONS,
  type Permission,
  ROLE_PERMISSIONS,
  ROLES,
  type Role,
  type Scope,
  type Target,
} from '#contracts/access';
import { type Actor, isAffected, type MediaActor, type PersonActor, SYSTEM, type TokenActor } from './actor.ts';
import { camerasWith, cameraTarget, can, canAnywhere, canPlay, mayGive, permissionsAnywhere } from './can.ts';

/** province ⊃ city ⊃ harbour, and airport beside the city. */
const above: Record<string, readonly string[]> = {
  harbour: ['harbour', 'city', 'province'],
  city: ['city', 'province'],
  airport: ['airport', 'province'],
};
const groupsAbove = (groupId: string): readonly string[] => above[groupId] ?? [];
const camera = (id: string, groupId: string | null): Target => cameraTarget({ id, groupId }, groupsAbove);
const pier = camera('pier', 'harbour');
const runway = camera('runway', 'airport');
const lost = camera('lost', null);
const system: Target = { kind: 'system' };

function person(grants: readonly Grant[], more: Partial<PersonActor> = {}): PersonActor {
  return {
    kind: 'person',
    userId: 'u1',
    username: 'lan',
    displayName: 'Lan',
    sessionId: 's1',
    expiresMs: 0,
    grants,
    mustChangePassword: false,
    mustEnrolTotp: false,
    csrfToken: 'c',
    address: '10.0.0.1',
    ...more,
  };
}
const holding = (role: Role, scope: Scope): PersonActor => person([{ role, scope }]);
const token = (permissions: readonly Permission[], scopes: readonly Scope[]): TokenActor => ({
  kind: 'token',
  tokenId: 't1',
  name: 'machine',
  expiresMs: 0,
  permissions,
  scopes,
  address: '10.0.0.2',
  secretHash: 'h',
});

describe('every role and every permission', () => {
  const scopes: readonly { scope: Scope; reaches: readonly Target[]; misses: readonly Target[] }[] = [
    { scope: { kind: 'all' }, reaches: [pier, runway, lost, system], misses: [] },
    { scope: { kind: 'group', groupId: 'city' }, reaches: [pier], misses: [runway, lost, system] },
    { scope: { kind: 'group', groupId: 'province' }, reaches: [pier, runway], misses: [lost, system] },
    { scope: { kind: 'group', groupId: 'gone' }, reaches: [], misses: [pier, runway, lost, system] },
    { scope: { kind: 'camera', cameraId: 'pier' }, reaches: [pier], misses: [runway, lost, system] },
  ];

  it.each(ROLES)('%s: what the role says, where the grant says, and nothing else', (role) => {
    for (const { scope, reaches, misses } of scopes) {
      const actor = holding(role, scope);
      for (const permission of PERMISSIONS) {
        const has = ROLE_PERMISSIONS[role].includes(permission);
        const own = permission.startsWith('layout.');
        for (const target of reaches) expect(can(actor, permission, target)).toBe(has);
        for (const target of misses) {
          expect(can(actor, permission, target)).toBe(has && own && target.kind === 'system');
        }
        expect(canAnywhere(actor, permission)).toBe(has);
      }
      expect(permissionsAnywhere(actor)).toEqual(PERMISSIONS.filter((p) => ROLE_PERMISSIONS[role].includes(p)));
    }
  });

  it('no role may see through privacy masks', () => {
    for (const role of ROLES) expect(can(holding(role, { kind: 'all' }), 'camera.unmask', pier)).toBe(false);
  });
});

it('grants add up, each within its own scope', () => {
  const actor = person([
    { role: 'operator', scope: { kind: 'group', groupId: 'city' } },
    { role: 'leader', scope: { kind: 'camera', cameraId: 'runway' } },
  ]);
  expect(can(actor, 'camera.ptz', pier)).toBe(true);
  expect(can(actor, 'camera.view', runway)).toBe(true);
  expect(can(actor, 'camera.ptz', runway)).toBe(false);
  const cameras = [
    { id: 'pier', groupId: 'harbour' },
    { id: 'runway', groupId: 'airport' },
    { id: 'lost', groupId: null },
  ];
  expect(camerasWith(actor, 'camera.view', cameras, groupsAbove).map(({ id }) => id)).toEqual(['pier', 'runway']);
});

describe('unknown means no', () => {
  it.each([
    ['role', person([{ role: 'emperor', scope: { kind: 'all' } } as unknown as Grant]), 'camera.view', pier],
    [
      'inherited name as role',
      person([{ role: 'toString', scope: { kind: 'all' } } as unknown as Grant]),
      'camera.view',
      pier,
    ],
    ['scope', holding('operator', { kind: 'galaxy' } as unknown as Scope), 'camera.view', pier],
    ['permission', holding('administrator', { kind: 'all' }), 'camera.destroy' as Permission, pier],
    ['target', holding('administrator', { kind: 'all' }), 'camera.view', { kind: 'planet' } as unknown as Target],
    ['nothing granted', person([]), 'camera.view', pier],
  ] as const)('%s', (_, actor, permission, target) => {
    expect(can(actor, permission, target)).toBe(false);
  });

  it('and so does a person who must first change the password or set up the second factor', () => {
    const grants: Grant[] = [{ role: 'administrator', scope: { kind: 'all' } }];
    for (const actor of [person(grants, { mustChangePassword: true }), person(grants, { mustEnrolTotp: true })]) {
      expect(can(actor, 'camera.view', pier)).toBe(false);
      expect(permissionsAnywhere(actor)).toEqual([]);
    }
  });
});

it('a token has its permissions within its scopes', () => {
  const actor = token(['camera.view'], [{ kind: 'group', groupId: 'airport' }]);
  expect(can(actor, 'camera.view', runway)).toBe(true);
  expect(can(actor, 'camera.view', pier)).toBe(false);
  expect(can(actor, 'camera.ptz', runway)).toBe(false);
  expect(can(token(['metrics.read'], [{ kind: 'all' }]), 'metrics.read', system)).toBe(true);
  expect(can(token(['metrics.read'], [{ kind: 'camera', cameraId: 'pier' }]), 'metrics.read', system)).toBe(false);
});

it('a signed link shows one stream of one camera, as long as its issuer may see it', () => {
  const link = (issuer: MediaActor['issuer']): MediaActor => ({
    kind: 'media',
    cameraId: 'pier',
    streamRole: 'sub',
    expiresMs: 0,
    issuer,
    address: '10.0.0.3',
    link: 'l',
  });
  const good = link(holding('operator', { kind: 'group', groupId: 'harbour' }));
  expect(PERMISSIONS.filter((permission) => can(good, permission, pier))).toEqual(['camera.view']);
  expect(can(good, 'camera.view', runway)).toBe(false);
  expect(can(good, 'camera.view', system)).toBe(false);
  expect(canPlay(good, 'sub', pier)).toBe(true);
  expect(canPlay(good, 'main', pier)).toBe(false);
  expect(canPlay(holding('operator', { kind: 'all' }), 'main', pier)).toBe(true);
  expect(can(link(holding('department', { kind: 'all' })), 'camera.view', pier)).toBe(false);
  expect(can(link(token(['camera.view'], [{ kind: 'camera', cameraId: 'pier' }])), 'camera.view', pier)).toBe(true);
});

it('nobody can give what they do not have, or wider than they have it', () => {
  const city = holding('operator', { kind: 'group', groupId: 'city' });
  expect(mayGive(city, 'camera.view', { kind: 'group', groupId: 'harbour' }, groupsAbove)).toBe(true);
  expect(mayGive(city, 'camera.view', { kind: 'group', groupId: 'province' }, groupsAbove)).toBe(false);
  expect(mayGive(city, 'camera.view', { kind: 'all' }, groupsAbove)).toBe(false);
  expect(mayGive(city, 'camera.configure', { kind: 'group', groupId: 'harbour' }, groupsAbove)).toBe(false);
  const one = holding('operator', { kind: 'camera', cameraId: 'pier' });
  expect(mayGive(one, 'camera.view', { kind: 'camera', cameraId: 'pier' }, groupsAbove)).toBe(true);
  expect(mayGive(one, 'camera.view', { kind: 'camera', cameraId: 'runway' }, groupsAbove)).toBe(false);
  expect(mayGive(holding('administrator', { kind: 'all' }), 'camera.unmask', { kind: 'all' }, groupsAbove)).toBe(false);
});

it('a change touches those who stand on it', () => {
  const one = person([]);
  const other = person([], { userId: 'u2', sessionId: 's2' });
  const machine = token([], []);
  const link: Actor = {
    kind: 'media',
    cameraId: 'pier',
    streamRole: 'sub',
    expiresMs: 0,
    issuer: one,
    address: '',
    link: 'l',
  };
  const touched = (change: Parameters<typeof isAffected>[1]): readonly Actor[] =>
    [one, other, machine, link, SYSTEM].filter((actor) => isAffected(actor, change));
  expect(touched({ kind: 'person', userId: 'u1' })).toEqual([one, link]);
  expect(touched({ kind: 'person', userId: 'u1', sessionId: 's1' })).toEqual([one]);
  expect(touched({ kind: 'person', userId: 'u1', sessionId: 's9' })).toEqual([]);
  expect(touched({ kind: 'token', tokenId: 't1' })).toEqual([machine]);
  expect(touched({ kind: 'media' })).toEqual([link]);
});
