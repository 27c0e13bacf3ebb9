import { expect, it } from 'vitest';
import type { Grant } from '#contracts/access';
import type { FeedView } from '#contracts/feeds';
import { draftFrom, emptyDraft, feedOf, formatsFor, obligedAfter, waysFor } from './wizard-draft.ts';

const area = (code: string, validToMs: number | null = null) => ({
  ...{ code, name: code, kind: 'commune' as const, level: 'commune' as const, parentCode: 'P' },
  ...{ validFromMs: null, validToMs, successors: [], areaKm2: null, bounds: null },
});
const unit = {
  ...{ id: 'u1', name: 'UBND A', kind: 'commune' as const, code: 'A', parentId: null, areaCode: 'A', contacts: [] },
  ...{ validFromMs: null, validToMs: null, successorId: null },
};

it('asks each commune that exists for its value, and its own unit for the answer', () => {
  const draft = { ...emptyDraft('du_lich'), indicators: ['du_lich.luot_khach'], answers: 'commune' as const };
  const feed = feedOf(draft, [], [area('A'), area('B'), area('old', 1)], [unit]);
  expect(feed.obliged).toEqual([
    {
      indicator: 'du_lich.luot_khach',
      cells: [
        { areaCode: 'A', unitId: 'u1' },
        { areaCode: 'B', unitId: null },
      ],
    },
  ]);
  expect([feed.pull, feed.mqtt]).toEqual([null, null]);
});

it('asks a commune for itself, a department for all, and else for what was chosen', () => {
  const areas = [area('A'), area('B'), area('C'), area('old', 1)];
  const draft = { ...emptyDraft('du_lich'), indicators: ['du_lich.luot_khach'], ownerUnitId: 'u1' };
  const department = { ...unit, id: 'd1', kind: 'department' as const, areaCode: 'P' };
  const asked = (part: object) =>
    feedOf({ ...draft, ...part }, [], areas, [unit, department]).obliged?.[0]?.cells.map(({ areaCode }) => areaCode);
  expect(asked({})).toEqual(['A']);
  expect(asked({ ownerUnitId: 'd1' })).toEqual(['A', 'B', 'C']);
  expect(asked({ ownerUnitId: 'd1', reach: 'own' })).toEqual(['A', 'B', 'C']);
  expect(asked({ reach: 'all' })).toEqual(['A', 'B', 'C']);
  expect(asked({ reach: 'province' })).toEqual([]);
  expect(asked({ reach: 'chosen', areaCodes: ['C', 'old'] })).toEqual(['C']);
});

it('takes over from another feed for which areas it must come', () => {
  const areas = [area('A'), area('B')];
  const like = (...codes: string[]) => {
    const cells = codes.map((areaCode) => ({ areaCode, unitId: null }));
    const feed: Partial<FeedView> = { obliged: [{ indicator: 'du_lich.luot_khach', cells }] };
    const { reach, areaCodes } = draftFrom(
      { sector: 'du_lich', ownerUnitId: 'd1', way: 'push', pull: null, mqtt: null, ...feed } as FeedView,
      areas,
    );
    return [reach, areaCodes];
  };
  expect(like()).toEqual(['province', []]);
  expect(like('A', 'B')).toEqual(['all', []]);
  expect(like('B')).toEqual(['chosen', ['B']]);
});

it('leaves what a feed owes as it was where an indicator is added, and asks anew where the areas were chosen anew', () => {
  const areas = [area('A'), area('B')];
  const beds = { indicator: 'y_te.giuong', cells: ['bv1', 'bv2'].map((unitId) => ({ areaCode: 'A', unitId })) };
  const feed = {
    ...{ sector: 'y_te', ownerUnitId: 'd1', way: 'push', pull: null, mqtt: null },
    obliged: [beds, { indicator: 'y_te.cap_cuu', cells: [] }],
  } as Partial<FeedView> as FeedView;
  const draft = draftFrom(feed, areas);
  const more = { ...draft, indicators: [...draft.indicators, 'y_te.moi'] };
  expect(obligedAfter(feed, more, [], areas, [unit])).toEqual([
    ...feed.obliged,
    { indicator: 'y_te.moi', cells: [{ areaCode: 'A', unitId: 'u1' }] },
  ]);
  const [first] = obligedAfter(feed, { ...more, reach: 'all' }, [], areas, [unit]);
  expect(first?.cells.map(({ areaCode }) => areaCode)).toEqual(['A', 'B']);
});

it('sends a secret only where one was typed', () => {
  const draft = { ...emptyDraft('mang_xa_hoi'), way: 'pull' as const, url: ' https://example.org/rss ' };
  expect(feedOf(draft, [], [], []).pull).toEqual({ url: 'https://example.org/rss', schedule: '*/15 * * * *' });
  expect(feedOf({ ...draft, secret: 'x' }, [], [], []).pull).toMatchObject({ secret: 'x' });
  expect(formatsFor('upload')[0]).toBe('csv');
});

it('offers ways with an address to those alone who may set them up', () => {
  const grant = (role: Grant['role'], scope: Grant['scope']): Grant => ({ role, scope });
  const unitAlone = [grant('department', { kind: 'unit', unitId: 'u1' })];
  expect(waysFor(unitAlone, 'du_lich', 'observations')).toEqual(['push', 'upload', 'manual']);
  const sector = [...unitAlone, grant('department', { kind: 'sector', sector: 'du_lich' })];
  expect(waysFor(sector, 'du_lich', 'events')).toEqual(['push', 'upload', 'pull', 'mqtt']);
  expect(waysFor(sector, 'y_te', 'events')).toEqual(['push', 'upload']);
  expect(waysFor(sector, null, 'events')).toContain('pull');
  // A role that sets no feeds up opens none, whatever its scope.
  expect(waysFor([grant('leader', { kind: 'all' })], 'y_te', 'observations')).not.toContain('mqtt');
  expect(waysFor([grant('administrator', { kind: 'all' })], 'y_te', 'observations')).toContain('mqtt');
});
