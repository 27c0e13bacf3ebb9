import { expect, it } from 'vitest';
import { type SectorEventView, sectorRuleSchema } from '#contracts/sector-events';
import { createFakeClock } from '../../../tests/fakes/clock.ts';
import { fakeFeeds } from '../../../tests/fakes/feeds.ts';
import { fakeCatalogue, fakePlaces, fakeSector } from '../../../tests/fakes/sector-parts.ts';
import { createRulePreview } from './preview.ts';

const MINUTE = 60_000;
const hotspot = sectorRuleSchema.parse({
  ...{ id: 'hotspot', name: { vi: 'Điểm nóng', en: 'Hotspot' }, kind: 'correlation', types: ['phan_anh.*'] },
  ...{ withinMinutes: 60, withinMetres: 500, least: 3 },
});

it('of many events a rule says since when it has looked, lets others have their turn, and is one of few', async () => {
  const clock = createFakeClock();
  const event = (at: number): SectorEventView => ({
    ...{
      id: `${at}`,
      number: at,
      version: 1,
      sector: 'phan_anh',
      type: 'khac',
      title: { vi: 'x', en: 'x' },
      detail: '',
    },
    ...{ severity: 'moderate', urgency: 'unknown', certainty: 'unknown', count: 1, state: 'open', synthetic: false },
    ...{ occurredMs: clock.now() - at * MINUTE, openedMs: clock.now() - at * MINUTE, lastMs: clock.now() },
    ...{ expiresMs: null, dueMs: null, place: { latitude: 10.4, longitude: 105.4, name: '' }, areaCode: null },
    ...{ unitId: null, source: { kind: 'report', id: `${at}` }, cameraIds: [], indicator: null, value: null },
    ...{ acknowledgedMs: null, acknowledgedBy: null, closedMs: null, closedBy: null, incidentId: null, link: null },
  });
  let first = 1;
  const preview = createRulePreview({
    ...{ clock, catalogue: fakeCatalogue([fakeSector('phan_anh')]), places: fakePlaces(1), feeds: fakeFeeds([]) },
    figures: { history: () => Promise.reject(new Error('there are none')) },
    values: { revisions: async () => [] },
    events: { since: async (_, __, limit) => Array.from({ length: first-- > 0 ? limit : 0 }, (___, at) => event(at)) },
  });
  let turns = 0;
  let isDone = false;
  const beside = (): void => {
    turns += 1;
    if (!isDone) setImmediate(beside);
  };
  setImmediate(beside);
  const tries = await Promise.allSettled(Array.from({ length: 5 }, () => preview(hotspot)));
  isDone = true;
  expect(tries[0]).toMatchObject({ value: { events: 1, fromMs: clock.now() - 1999 * MINUTE } });
  expect(tries[4]).toMatchObject({ reason: { kind: 'tooMany' } });
  expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(4);
  expect(turns).toBeGreaterThan(35);
});
