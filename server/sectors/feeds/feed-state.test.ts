import { describe, expect, it } from 'vitest';
import { feedInputSchema } from '#contracts/feeds';
import { at, fakeCatalogue, fakePlaces } from '../../../tests/fakes/sectors.ts';
import { feedState } from './feed-state.ts';

const world = { indicator: fakeCatalogue().indicator, places: fakePlaces() };
const input = (more: object = {}) =>
  feedInputSchema.parse({
    ...{ name: 'x', sector: 'thu_tuc', ownerUnitId: 'so', way: 'push' },
    obliged: [{ indicator: 'thu_tuc.tiep_nhan', cells: [] }],
    ...more,
  });
const facts = (more: object = {}) => ({
  ...{ input: input(), lastAcceptedMs: at('2026-11-25'), lastHeartbeatMs: null, lastError: null },
  ...{ newest: new Map([['thu_tuc.tiep_nhan', at('2026-11-25', '00:00')]]), createdMs: at('2026-11-01'), ...more },
});
const state = (more: object, date: string, time: string) => feedState(facts(more), at(date, time), world);

describe('a feed', () => {
  it('is ok, late within its grace, stale after it, and names when the next is due', () => {
    expect(state({}, '2026-11-26', '10:00')).toEqual({ state: 'ok', nextDueMs: at('2026-11-27', '00:00') });
    expect(state({}, '2026-11-27', '00:30').state).toBe('late');
    expect(state({}, '2026-11-27', '01:01').state).toBe('stale');
  });
  it('is new before anything came, failing after an error, and paused when somebody says so', () => {
    const nothing = { lastAcceptedMs: null, newest: new Map(), createdMs: at('2026-11-26', '09:00') };
    expect(state(nothing, '2026-11-26', '10:00').state).toBe('new');
    expect(state({ lastError: { atMs: at('2026-11-26') } }, '2026-11-26', '10:00').state).toBe('failing');
    expect(state({ input: input({ paused: true }) }, '2026-11-27', '10:00')).toEqual({
      state: 'paused',
      nextDueMs: null,
    });
  });
  it('is not asked for what was due before there was one', () => {
    const young = { newest: new Map(), createdMs: at('2026-11-26', '09:00') };
    expect(state(young, '2026-11-26', '10:00').state).toBe('ok');
  });
  it('of events lives by its heart-beats', () => {
    const events = {
      input: input({ obliged: [], carries: 'events', heartbeatMinutes: 10 }),
      lastHeartbeatMs: at('2026-11-26'),
    };
    expect(['10:09', '10:15', '10:21'].map((time) => state(events, '2026-11-26', time).state)).toEqual([
      'ok',
      'late',
      'stale',
    ]);
  });
});
