import { afterEach, beforeEach, expect, it } from 'vitest';
import { silentLogger } from '#base/log';
import { createFakeClock } from '../../../tests/fakes/clock.ts';
import { createTemporaryDatabase } from '../../../tests/fakes/database.ts';
import { fakeFeed, fakeFeeds } from '../../../tests/fakes/feeds.ts';
import { createDeliveringStore, dayValue } from '../../../tests/fakes/observations.ts';
import { createPlaces, type PlacesFake } from '../../../tests/fakes/places.ts';
import { fakeCatalogue, fakeIndicator, fakeSector } from '../../../tests/fakes/sector-parts.ts';
import { createScoreValues } from '../observations/score-values.ts';
import { createScoring, type ScoreDesk } from './scoring.ts';

const [CODE, AREA] = ['thu_tuc.tiep_nhan', '30301'];
const at = (date: string, time = '00:00') => Date.parse(`${date}T${time}:00+07:00`);
let database: Awaited<ReturnType<typeof createTemporaryDatabase>>;
let places: PlacesFake;
let scores: ScoreDesk;

/** A commune that reported on Monday and Wednesday, and not on Tuesday; it is Thursday. */
beforeEach(async () => {
  const clock = createFakeClock(at('2026-11-26', '08:00'));
  database = await createTemporaryDatabase();
  places = createPlaces();
  const store = await createDeliveringStore(database, clock);
  const cadence = { every: 'day', days: 'working', lagMinutes: 120, graceMinutes: 60 } as const;
  const obliged = [{ indicator: CODE, cells: [{ areaCode: AREA, unitId: `unit-${AREA}` }] }];
  const feeds = fakeFeeds([fakeFeed('f', { createdMs: at('2026-11-23'), obliged })]);
  for (const day of [24, 26]) {
    const batch = { feedId: 'f', receivedMs: at(`2026-11-${day}`, '01:00') };
    const value = dayValue(CODE, AREA, `2026-11-${day - 1}`, day, { unitId: `unit-${AREA}` });
    await store.deliver(`b${day}`, [value], batch);
    feeds.delivered({ ...batch, id: `b${day}`, received: 1, accepted: 1 });
  }
  scores = await createScoring({
    ...{ database, clock, log: silentLogger(), feeds, observations: store, places },
    catalogue: fakeCatalogue([fakeSector('thu_tuc')], [fakeIndicator(CODE, { cadence })]),
    values: createScoreValues(database, store),
  });
});
afterEach(async () => {
  await scores.close();
  await database.close();
});

async function held() {
  await scores.settled();
  const [league] = await scores.league({ window: 'month' }, () => true);
  const { rows } = await scores.failing({ quality: 'live', window: 'month', skip: 0, limit: 9 }, () => true);
  const silentHours = rows.reduce((sum, { detail }) => sum + Number(detail.seconds) / 3600, 0);
  return { complete: league?.scores.complete, silentHours };
}

it('is counted again for days that are past: what was missing on a day off that is entered late is so no longer', async () => {
  // Monday's value was too old from three on Wednesday on; the next came at one on Thursday.
  expect(await held()).toEqual({ complete: { a: 2, b: 3 }, silentHours: 22 });
  places.holidays.add('2026-11-24');
  places.changed(true);
  expect(await held()).toEqual({ complete: { a: 2, b: 2 }, silentHours: 0 });
  places.holidays.clear();
  places.changed(true);
  expect(await held()).toEqual({ complete: { a: 2, b: 3 }, silentHours: 22 });
});
