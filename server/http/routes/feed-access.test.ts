import { beforeEach, expect, it } from 'vitest';
import type { Grant } from '#contracts/access';
import { type FeedDraft, feedInputSchema } from '#contracts/feeds';
import { fakeCatalogue, fakePlaces, fakeSector } from '../../../tests/fakes/sector-parts.ts';
import type { Actor } from '../../access/actor.ts';
import type { StoredFeed } from '../../sectors/feeds/feed-store.ts';
import { createFeedAccess } from './feed-access.ts';

const person = (role: Grant['role'], scope: Grant['scope']): Actor => ({
  ...{ kind: 'person', userId: 'p', username: 'p', displayName: 'p', grants: [{ role, scope }], address: '' },
  ...{ mustChangePassword: false, mustEnrolTotp: false, sessionId: 's', csrfToken: '', expiresMs: 0 },
});
const commune = person('department', { kind: 'unit', unitId: 'u1' });
const other = person('department', { kind: 'unit', unitId: 'u2' });
const sectorWide = person('department', { kind: 'sector', sector: 'y_te' });
const boss = person('administrator', { kind: 'all' });

const draft = (more: Partial<FeedDraft> = {}) =>
  feedInputSchema.parse({ name: 'n', sector: 'y_te', ownerUnitId: 'u1', way: 'push', ...more });
const stored = (id: string, more: Partial<FeedDraft> = {}): StoredFeed => ({
  ...{ id, version: 1, input: draft(more), secrets: {}, tokenId: null, pullState: {}, createdMs: 0 },
  ...{ lastAttemptMs: null, lastAcceptedMs: null, lastError: null, lastHeartbeatMs: null },
});
const cells = (...unitIds: (string | null)[]) => ({
  obliged: [{ indicator: 'y_te.luot', cells: unitIds.map((unitId, at) => ({ areaCode: `c${at}`, unitId })) }],
});

let feeds: StoredFeed[];
const owned = { ...fakeSector('giao_duc'), owningUnitId: 'u1' };
const access = createFeedAccess(
  { list: () => feeds, find: (id) => feeds.find((one) => one.id === id) },
  fakePlaces(3),
  fakeCatalogue([fakeSector('y_te'), owned]),
);
beforeEach(() => {
  feeds = [];
});
const refusal = (actor: Actor, more: Partial<FeedDraft> = {}, before?: StoredFeed): string | undefined => {
  try {
    access.assertSetUp(actor, draft(more), before);
    return undefined;
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : 'other';
  }
};

it('lets a unit set up feeds only where it owns the sector or delivers already', () => {
  expect(refusal(commune)).toBe('feed.notYourSector');
  expect(refusal(commune, { sector: 'giao_duc' })).toBeUndefined();
  expect([refusal(sectorWide), refusal(boss)]).toEqual([undefined, undefined]);
  feeds = [stored('f', { ownerUnitId: 'province', ...cells('u1') })];
  expect(refusal(commune)).toBeUndefined();
  expect(refusal(commune, { ownerUnitId: 'u2' })).toBe('access.forbidden');
  expect(refusal(other, { ownerUnitId: 'u2' })).toBe('feed.notYourSector');
});

it('lets a unit oblige no other, and leaves what was agreed to', () => {
  feeds = [stored('f', cells('u1', 'u2'))];
  expect(refusal(commune, cells('u1', null))).toBeUndefined();
  expect(refusal(commune, cells('u1', 'u2'))).toBe('feed.notYourUnit');
  expect(refusal(commune, cells('u1', 'u2'), feeds[0])).toBeUndefined();
  expect(refusal(commune, cells('u2', 'u2'), feeds[0])).toBe('feed.notYourUnit');
  expect(refusal(sectorWide, cells('u1', 'u2', 'u3'))).toBeUndefined();
});

it('lets no unit say where this machine connects to', () => {
  const pull = { way: 'pull', pull: { url: 'http://10.0.0.1/' } } as const;
  feeds = [stored('f', pull)];
  expect(refusal(commune, pull)).toBe('feed.connects');
  expect(refusal(commune, {}, feeds[0])).toBe('feed.connects');
  expect(refusal(sectorWide, pull)).toBeUndefined();
});

it('lets a token speak for the feed’s owner, all below it, and the cells of the feed', () => {
  const token = (feedId: string): Actor => ({
    ...{ kind: 'token', tokenId: 't', name: 't', expiresMs: 0, permissions: ['feed.push'], address: '' },
    ...{ scopes: [{ kind: 'feed', feedId }], secretHash: '' },
  });
  const may = access.mayUnit(token('f'), stored('f', cells('u2')));
  expect(['u1', 'u2', 'u3', 'province'].map(may)).toEqual([true, true, false, false]);
  expect(access.mayUnit(token('g'), stored('f'))('u1')).toBe(false);
  const whole = access.mayUnit(token('f'), stored('f', { ownerUnitId: 'province' }));
  expect(['u1', 'u3'].map(whole)).toEqual([true, true]);
});

it('shows whoever is named in a feed their own part, and its owner all of it', () => {
  const feed = stored('f', { ownerUnitId: 'u1', ...cells('u1', 'u2') });
  const part = access.partOf(other, feed);
  expect([null, 'u1', 'u2'].map((unitId) => part?.(unitId))).toEqual([false, false, true]);
  for (const whole of [commune, sectorWide, boss]) expect(access.partOf(whole, feed)).toBeUndefined();
});
