import { QueryClient } from '@tanstack/react-query';
import { describe, expect, it, vi } from 'vitest';
import { NO_SCORES } from '#contracts/quality';
import type { SectorTile } from '#contracts/sectors';
import { sectorEvent } from '../queue/event.fixture.ts';
import { queryKeys } from './query-keys.ts';
import { createSectorCache, MOST_EVENTS, mergeFetchedEvents, readOpenEvents, withTile } from './sector-cache.ts';

const tile = (sector: string, revision: number): SectorTile => ({
  sector,
  revision,
  headline: null,
  curve: [],
  scores: NO_SCORES,
  openEvents: {},
  newestMs: null,
  synthetic: false,
});

describe('what the socket tells of sectors', () => {
  it('drops a tile that comes late', () => {
    const tiles = [tile('y_te', 5), tile('du_lich', 1)];
    expect(withTile(tiles, tile('y_te', 4))).toBe(tiles);
    expect(withTile(tiles, tile('y_te', 6)).map(({ revision }) => revision)).toEqual([6, 1]);
    expect(withTile(tiles, tile('camera', 1))).toHaveLength(3);
  });

  it('says that there are more when an answer is full, and reads on from there', async () => {
    const all = Array.from({ length: MOST_EVENTS + 3 }, (_, at) =>
      sectorEvent({ id: `e${at}`, number: MOST_EVENTS + 3 - at }),
    );
    const read = async (before = Infinity) => all.filter(({ number }) => number < before).slice(0, MOST_EVENTS);
    const first = await readOpenEvents(read, 1);
    expect([first.events.length, first.more]).toEqual([MOST_EVENTS, { pages: 1, before: 4 }]);
    const rest = await readOpenEvents(read, 1, 4);
    expect([rest.events.length, rest.more.before]).toEqual([3, null]);
    expect((await readOpenEvents(read, 2)).events).toEqual(all);
  });

  it('keeps what was told while the list was on its way, and lets go what ended unseen', () => {
    const before = [sectorEvent({ id: 'kept' }), sectorEvent({ id: 'ended unseen' })];
    const now = [...before, sectorEvent({ id: 'told' }), sectorEvent({ id: 'kept', version: 3 })];
    const merged = mergeFetchedEvents(before, now, [sectorEvent({ id: 'kept', version: 2 })]);
    expect(merged.map(({ id, version }) => `${id} ${version}`).sort()).toEqual(['kept 3', 'told 1']);
  });

  it('keeps an event that ended where it is seen to have ended', () => {
    const closed = sectorEvent({ id: 'a', version: 2, state: 'closed' });
    expect(mergeFetchedEvents([], [closed], [])).toEqual([closed]);
  });

  it('asks for the figures of a sector once at the start of a burst and once at its end', () => {
    vi.useFakeTimers();
    const queryClient = new QueryClient();
    const invalidate = vi.spyOn(queryClient, 'invalidateQueries');
    const cache = createSectorCache(queryClient);
    for (let revision = 1; revision <= 50; revision += 1) cache.putTile(tile('y_te', revision));
    cache.putTile(tile('du_lich', 1));
    expect(invalidate.mock.calls.map(([filter]) => filter?.queryKey)).toEqual([
      queryKeys.figuresOf('y_te'),
      queryKeys.figuresOf('du_lich'),
    ]);
    vi.advanceTimersByTime(2000);
    expect(invalidate).toHaveBeenCalledTimes(3);
    vi.useRealTimers();
  });
});
