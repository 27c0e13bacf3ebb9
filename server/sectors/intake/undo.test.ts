import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Deliveries, good, openDeliveries } from '../../../tests/fakes/deliveries.ts';
import { at, DAY } from '../../../tests/fakes/sectors.ts';
import { createSectorEvents } from '../events/sector-events.ts';
import { createOverdueFeeds } from '../rules/overdue.ts';

/** What a delivery that is taken back leaves of its feed. */

let test: Deliveries;
beforeEach(async () => {
  test = await openDeliveries();
});
afterEach(() => test.close());

const CODE = 'thu_tuc.tiep_nhan';
const OBLIGED = [{ indicator: CODE, cells: [] }];
const upload = (day: string, more: object = {}) => [good({ period: day, ...more })];
const stateOf = (id: string) => test.register.view(test.register.get(id)).state;

/** The newest period that is known to have come, now and after a restart. */
async function newestOf(id: string): Promise<readonly (number | undefined)[]> {
  const again = await test.openRegister();
  again.close();
  return [test.register, again].map((register) => register.newest(id).get(CODE));
}

it('is overdue again with what only the wrong file brought, and over a restart as well', async () => {
  const { database, clock, log, catalogue, places, register } = test;
  const feed = await test.addFeed({ obliged: OBLIGED });
  await test.send(feed, upload('2026-11-25'));
  clock.step(2 * DAY);
  const wrong = await test.send(feed, upload('2026-11-27'));
  expect(stateOf(feed.id)).toBe('ok');

  const events = await createSectorEvents({ database, clock, log, catalogue, places });
  const overdue = createOverdueFeeds({
    ...{ events, catalogue, places, clock, log, rules: { list: () => [] }, newest: register.newest },
    feeds: {
      feeds: () => register.list().map(register.view),
      ...{ onChanged: register.onChanged, onSaved: register.onSaved },
    },
  });
  overdue.begin();
  const titles = async () => {
    clock.step(15 * 60_000);
    clock.advance(30_000);
    await overdue.settled();
    return (await events.list({ state: 'open', limit: 9 }, { visible: () => true })).map(({ title }) => title.vi);
  };
  expect(await titles()).toEqual([]);
  await test.intake.undo(wrong.batch.id, 'an');
  expect(await titles()).toEqual(['Quá hạn gửi số liệu: Một cửa – 1 chỉ tiêu']);
  expect(stateOf(feed.id)).toBe('stale');
  expect(await newestOf(feed.id)).toEqual([at('2026-11-25', '00:00'), at('2026-11-25', '00:00')]);
  await overdue.close();
  await events.stop();
});

it('has delivered nothing yet when its only delivery is taken back', async () => {
  const feed = await test.addFeed({ obliged: OBLIGED });
  const only = await test.send(feed, upload('2026-11-25'));
  await test.intake.undo(only.batch.id, 'an');
  expect(stateOf(feed.id)).toBe('new');
  expect(test.register.get(feed.id).lastAcceptedMs).toBeNull();
  expect(await newestOf(feed.id)).toEqual([undefined, undefined]);
});

it('has still delivered what another of its deliveries said too, or what another feed has corrected since', async () => {
  const feed = await test.addFeed({ obliged: OBLIGED });
  const first = await test.send(feed, upload('2026-11-24'));
  const firstMs = test.clock.now();
  test.clock.step(60_000);
  const second = await test.send(feed, upload('2026-11-24'));
  await test.intake.undo(second.batch.id, 'an');
  expect(test.register.get(feed.id).lastAcceptedMs).toBe(firstMs);
  expect(await newestOf(feed.id)).toEqual([at('2026-11-24', '00:00'), at('2026-11-24', '00:00')]);

  const third = await test.send(feed, upload('2026-11-24'));
  await test.intake.undo(first.batch.id, 'an');
  expect((await newestOf(feed.id))[0]).toBe(at('2026-11-24', '00:00'));

  const later = await test.send(feed, upload('2026-11-25'));
  const other = await test.addFeed();
  await test.send(other, upload('2026-11-24', { value: 50 }));
  await test.intake.undo(later.batch.id, 'an');
  expect(await newestOf(feed.id)).toEqual([at('2026-11-24', '00:00'), at('2026-11-24', '00:00')]);
  await test.intake.undo(third.batch.id, 'an');
  expect(await newestOf(feed.id)).toEqual([undefined, undefined]);
  expect(await newestOf(other.id)).toEqual([at('2026-11-24', '00:00'), at('2026-11-24', '00:00')]);
});

it('has delivered what it said after another feed, until that is taken back', async () => {
  const [one, other] = [await test.addFeed(), await test.addFeed({ obliged: OBLIGED })];
  await test.send(one, upload('2026-11-25'));
  await test.send(other, upload('2026-11-25'));
  const wrong = await test.send(other, upload('2026-11-26'));
  await test.intake.undo(wrong.batch.id, 'an');
  expect(await newestOf(other.id)).toEqual([at('2026-11-25', '00:00'), at('2026-11-25', '00:00')]);
});
