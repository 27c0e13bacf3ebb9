import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { OwnFacts } from '../../server/sectors/connectors/connector.ts';
import { createFakeClock } from '../fakes/clock.ts';
import { createTemporaryDatabase } from '../fakes/database.ts';
import { openFeedsPart } from '../fakes/feeds-part.ts';
import { at } from '../fakes/sectors.ts';

/** What the program itself has to say of the province, in feeds that it makes. */
let database: Awaited<ReturnType<typeof createTemporaryDatabase>>;
let stops: (() => Promise<unknown>)[];
beforeEach(async () => {
  database = await createTemporaryDatabase();
  stops = [];
});
afterEach(async () => {
  for (const stop of stops.reverse()) await stop();
  await database.close();
});

async function openPart(more: Omit<Parameters<typeof openFeedsPart>[0], 'database'> = {}) {
  const part = await openFeedsPart({ database, ...more });
  stops.push(part.stop);
  return part;
}

it('tells of our own cameras once for each period', async () => {
  const clock = createFakeClock(at('2026-11-26', '23:59'));
  const part = await openPart({ clock });
  const own = () => part.feedRegister.list().find(({ input }) => input.way === 'builtin');
  await vi.waitFor(() => expect(own()?.input.sector).toBe('thu_tuc'));
  const id = own()?.id ?? '';
  await vi.waitFor(async () => expect(await part.batches(id)).toHaveLength(1));
  clock.advance(30_000);
  await vi.waitFor(async () => {
    clock.advance(15_000);
    expect(await part.batches(id)).toHaveLength(2);
  });
  const values = await part.observations.newest({ indicator: 'thu_tuc.tiep_nhan', fromMs: 0, toMs: at('2030-01-01') });
  expect(values.map(({ areaCode, value, period }) => [areaCode, value, period.startMs])).toEqual([
    ['91', 12, at('2026-11-25', '00:00')],
    ['91', 12, at('2026-11-26', '00:00')],
  ]);
});

it('tells what a newer program has to say in a feed that an older one made', async () => {
  const clock = createFakeClock(at('2026-11-26', '12:00'));
  const before = await openPart({ clock });
  await vi.waitFor(() => expect(before.feedRegister.list()).toHaveLength(1));
  await before.stop();
  const twelve = async () => [{ areaCode: null, value: 12 }];
  const { observations } = await openPart({
    clock,
    facts: { 'thu_tuc.tiep_nhan': twelve, 'thu_tuc.dung_han': twelve },
  });
  const range = { indicator: 'thu_tuc.dung_han', fromMs: 0, toMs: at('2030-01-01') };
  await vi.waitFor(async () => expect(await observations.newest(range)).toHaveLength(1));
});

it('tells of periods that passed while we stood still, of each figure for itself, and of what was not taken in', async () => {
  const clock = createFakeClock(at('2026-11-26', '12:00'));
  let broken = false;
  const asked: string[] = [];
  const facts: OwnFacts = {
    'thu_tuc.tiep_nhan': async () => {
      if (broken) throw new Error('the index is gone');
      return [{ areaCode: null, value: 12 }];
    },
    'thu_tuc.dung_han': async ({ startMs }) => {
      asked.push(new Date(startMs).toISOString().slice(0, 10));
      return [{ areaCode: null, value: 7 }];
    },
  };
  const of = async ({ observations }: Awaited<ReturnType<typeof openPart>>, indicator: string) =>
    (await observations.newest({ indicator, fromMs: 0, toMs: at('2030-01-01') })).length;
  const first = await openPart({ clock, facts });
  await vi.waitFor(async () => expect(await of(first, 'thu_tuc.dung_han')).toBe(1));
  await first.stop();
  broken = true;
  clock.advance(3 * 86_400_000);
  const second = await openPart({ clock, facts });
  await vi.waitFor(async () => expect(await of(second, 'thu_tuc.dung_han')).toBe(4));
  expect(await of(second, 'thu_tuc.tiep_nhan')).toBe(1);
  broken = false;
  await vi.waitFor(async () => {
    clock.advance(15_000);
    expect(await of(second, 'thu_tuc.tiep_nhan')).toBe(4);
  });
  expect(asked).toEqual(['2026-11-24', '2026-11-25', '2026-11-26', '2026-11-27']);
});
