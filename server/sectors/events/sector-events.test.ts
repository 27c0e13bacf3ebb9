import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { silentLogger } from '#base/log';
import { sectorMarkOf, type TamnhinEvent } from '#contracts/events';
import { EVERY_CAMERA, type SectorEventView } from '#contracts/sector-events';
import { createFakeClock, type FakeClock } from '../../../tests/fakes/clock.ts';
import { createTemporaryDatabase } from '../../../tests/fakes/database.ts';
import { fakeCatalogue, fakePlaces, fakeSector } from '../../../tests/fakes/sector-parts.ts';
import type { NewSectorEvent } from '../interfaces.ts';
import { createEventJournal, createEventTargets } from './event-journal.ts';
import type { Reader, SectorEventQuery } from './event-search.ts';
import { createSectorEvents, type SectorEventDesk } from './sector-events.ts';

const AN = { id: 'an', name: 'Nguyễn An' };
const BINH = { id: 'binh', name: 'Trần Bình' };
const all: Reader = { visible: () => true };
const query: SectorEventQuery = { state: 'open', limit: 100 };
let clock: FakeClock;
let database: Awaited<ReturnType<typeof createTemporaryDatabase>>;
let events: SectorEventDesk;
let told: SectorEventView[];

const catalogue = fakeCatalogue([
  fakeSector('phan_anh', [
    {
      ...{ key: 'ngap', name: { vi: 'Ngập', en: 'Flood' }, severity: 'severe' },
      ...{ dueMinutes: 30, expiresMinutes: 120, confidentiality: 'internal' },
    },
    {
      ...{ key: 'bien_so', name: { vi: 'Biển số', en: 'Plate' }, severity: 'severe' },
      ...{ dueMinutes: null, expiresMinutes: null, confidentiality: 'restricted' },
    },
  ]),
]);

async function start(): Promise<void> {
  events = await createSectorEvents({ database, clock, log: silentLogger(), catalogue, places: fakePlaces(3) });
  events.onChanged((event) => told.push(event));
}
beforeEach(async () => {
  clock = createFakeClock();
  database = await createTemporaryDatabase();
  told = [];
  await start();
});
afterEach(async () => {
  await events.stop();
  await database.close();
});

function flood(more: Partial<NewSectorEvent> = {}): NewSectorEvent {
  return {
    ...{ key: 'flood-1', sector: 'phan_anh', type: 'ngap', title: { vi: 'Ngập đường Trần Hưng Đạo', en: 'Flood' } },
    ...{ occurredMs: clock.now(), source: { kind: 'feed', id: 'f1' }, ...more },
  };
}
const numbers = async (more: Partial<SectorEventQuery> = {}, reader = all) =>
  (await events.list({ ...query, ...more }, reader)).map(({ number }) => number);

describe('an event of a sector', () => {
  it('is one while it is open, however often it comes, with severity, value and words of the last time', async () => {
    const first = await events.open(flood({ value: 1 }));
    expect(first).toMatchObject({ number: 1, severity: 'severe', count: 1, dueMs: clock.now() + 30 * 60_000 });
    clock.advance(60_000);
    for (let at = 0; at < 20; at += 1) await events.open(flood({ severity: 'extreme', value: 2 }));
    expect(await numbers()).toEqual([1]);
    expect(events.openCounts('phan_anh')).toEqual({ extreme: 1 });
    const { steps, ...view } = await events.details(first.id, () => true);
    expect(view).toMatchObject({ count: 21, value: 2, severity: 'extreme', lastMs: clock.now() });
    expect(steps.slice(0, 3).map(({ kind, text }) => `${kind} ${text}`)).toEqual([
      'opened ',
      'repeated ',
      'changed severity:severe:extreme',
    ]);
    await events.end('flood-1', 'cause:cleared');
    expect(events.openCounts('phan_anh')).toEqual({});
    expect(told.at(-1)).toMatchObject({ state: 'closed', closedBy: null });
    // The next time is another event.
    expect((await events.open(flood())).number).toBe(2);
    expect(await numbers({ state: 'over' })).toEqual([1]);
  });

  it('has one person of two who take it at once, and says to the other who it is', async () => {
    const { id, version } = await events.open(flood());
    const [one, two] = await Promise.allSettled([
      events.acknowledge(id, AN, 'đang xử lý'),
      events.acknowledge(id, BINH, ''),
    ]);
    expect(one).toMatchObject({ status: 'fulfilled', value: { state: 'acknowledged', acknowledgedBy: AN } });
    expect(two).toMatchObject({ reason: { code: 'sectorEvent.taken', fields: [{ message: AN.name }] } });
    await expect(events.close(id, BINH, 'xong', version)).rejects.toMatchObject({
      code: 'sectorEvent.changedElsewhere',
    });
    expect(await events.close(id, BINH, 'xong')).toMatchObject({ state: 'closed', closedBy: BINH });
    await expect(events.close(id, AN, 'xong')).rejects.toMatchObject({ code: 'sectorEvent.over' });
    expect(await events.reopen(id, AN)).toMatchObject({ state: 'acknowledged', closedMs: null });
    const { steps } = await events.details(id, () => true);
    expect(steps.map(({ kind, by }) => [kind, by?.id])).toEqual([
      ['opened', undefined],
      ['acknowledged', 'an'],
      ['closed', 'binh'],
      ['reopened', 'an'],
    ]);
    await expect(database.run("UPDATE sector_event_steps SET text = ''")).rejects.toThrow('only added');
  });

  it('is told when it opens and when it is over, and only then, unless its type is restricted', async () => {
    const written: string[] = [];
    const journal = createEventJournal({
      ...{ catalogue, log: silentLogger() },
      append: async (event) => {
        const mark = sectorMarkOf({ ...event, sequence: 1, id: '' } as TamnhinEvent);
        written.push(`${event.type} ${mark?.sector} ${mark?.feedId} ${'how' in event.data ? event.data.how : ''}`);
      },
    });
    events.onTurned(journal);
    const { id } = await events.open(flood());
    await events.open(flood());
    await events.acknowledge(id, AN, '');
    await events.close(id, AN, 'xong');
    await events.open(flood({ key: 'secret', type: 'bien_so' }));
    expect(written).toEqual(['vn.tamnhin.sector.opened phan_anh f1 ', 'vn.tamnhin.sector.closed phan_anh f1 person']);
  });

  it('is of the sector itself where it is restricted or of a camera, and of its unit else', async () => {
    const targetsOf = createEventTargets({
      catalogue,
      sectorTarget: ({ sector }) => ({ kind: 'sector', sector, unitIds: ['u1'], feedId: 'f1' }),
      cameraTarget: (cameraId) => ({ kind: 'camera', cameraId, groupIds: [] }),
    });
    const seen = targetsOf(await events.open(flood()));
    const hidden = targetsOf(await events.open(flood({ key: 'secret', type: 'bien_so' })));
    const source = { kind: 'alert', id: 'a' } as const;
    const watched = targetsOf(await events.open(flood({ key: 'alert:a', source, cameraIds: ['k1', 'k1'] })));
    const whole = { unitIds: [], feedId: null };
    expect(seen).toMatchObject({ sector: { unitIds: ['u1'] }, cameras: [] });
    expect(hidden).toMatchObject({ sector: whole, cameras: [] });
    expect(watched).toMatchObject({ sector: whole, cameras: [{ cameraId: 'k1' }] });
    const many = Array.from({ length: 21 }, (_, at) => `k${at}`);
    const lost = await events.open(flood({ key: 'lost', cameraIds: many }));
    expect(targetsOf(lost).cameras).toEqual([{ kind: 'system' }]);
    await events.revalue('lost', 2, lost.title, { cameraIds: ['k2', 'k1'] });
    expect((await events.find(lost.id)).cameraIds).toEqual(['k1', 'k2']);
    // Words round a value; it is as it is all the same.
    const before = await events.find(lost.id);
    await events.revalue('lost', 1.6, lost.title);
    expect(await events.find(lost.id)).toMatchObject({ value: 1.6, version: before.version });
  });

  it('does not open twice by being opened again', async () => {
    const { id } = await events.open(flood());
    await events.close(id, AN, 'xong');
    await events.open(flood());
    await expect(events.reopen(id, AN)).rejects.toMatchObject({ code: 'sectorEvent.openAgain' });
  });

  it('is overdue and expires by the clock, over a restart too; what came again expires later', async () => {
    const { id } = await events.open(flood());
    clock.advance(31 * 60_000);
    events.begin();
    await vi.waitFor(() => expect(told.at(-1)?.version).toBe(2));
    expect((await events.details(id, () => true)).steps.at(-1)).toMatchObject({ kind: 'changed', text: 'overdue' });
    await events.open(flood());
    await events.stop();
    clock.advance(100 * 60_000);
    await start();
    expect(events.openCounts('phan_anh')).toEqual({ severe: 1 });
    events.begin();
    await events.stop();
    expect((await events.find(id)).state).toBe('open');
    clock.advance(20 * 60_000);
    events.begin();
    await vi.waitFor(() => expect(told.at(-1)).toMatchObject({ state: 'expired' }));
    expect(await numbers({ state: 'over' })).toEqual([1]);
  });
});

describe('the list', () => {
  it('is searched by words without accents, in any order, with every condition, and paged', async () => {
    for (let at = 0; at < 60; at += 1) {
      await events.open(
        flood({
          ...{ key: `k${at}`, areaCode: `c${(at % 3) + 1}`, unitId: `u${(at % 3) + 1}` },
          severity: at % 10 === 0 ? 'extreme' : 'minor',
          title: { vi: at % 2 === 0 ? 'Ngập đường Nguyễn Huệ' : 'Cây đổ', en: '…' },
        }),
      );
      clock.advance(60_000);
    }
    expect(await numbers({ limit: 3 })).toEqual([60, 59, 58]);
    expect(await numbers({ limit: 3, before: 58 })).toEqual([57, 56, 55]);
    expect(await numbers({ text: 'HUE duong', limit: 2 })).toEqual([59, 57]);
    expect(await numbers({ text: '#17' })).toEqual([17]);
    expect(await numbers({ text: '" OR 1 *' })).toEqual([]);
    expect(await numbers({ area: 'c1', severity: 'extreme' })).toEqual([31, 1]);
    expect(await numbers({ sector: 'phan_anh', text: 'cay do', area: 'c2', limit: 2 })).toEqual([56, 50]);
    expect(await numbers({ sector: 'elsewhere' })).toEqual([]);
    const from = clock.now() - 5 * 60_000;
    expect(await numbers({ fromMs: from, toMs: from + 60_000 })).toEqual([57, 56]);
    const [last] = await events.list(query, all);
    await events.close(last?.id ?? '', AN, 'xong');
    expect(await numbers({ state: 'over', text: 'cay' })).toEqual([60]);
    expect(await numbers({ text: 'cay', limit: 1 })).toEqual([58]);

    const mine = { visible: ({ unitId }: SectorEventView) => unitId === 'u2', within: { sectors: [], units: ['u2'] } };
    expect(await numbers({ limit: 2 }, mine)).toEqual([59, 56]);
    expect(await numbers({ limit: 2, text: 'ngap' }, mine)).toEqual([59, 53]);
  });

  it('has of what tells of cameras only what the reader may view, on full pages however rare that is', async () => {
    const of = (at: number): readonly string[] => [['k1'], ['k2'], ['k1', 'k2'], ['k3']][at % 4] ?? [];
    for (let at = 0; at < 120; at += 1) {
      const cameraIds = at % 30 === 0 ? [] : of(at);
      await events.open(flood({ key: `k${at}`, cameraIds, title: { vi: at < 60 ? 'Cây đổ' : 'Ngập', en: '' } }));
    }
    const ids = ['k1', 'gone'];
    const visible = (event: SectorEventView): boolean => event.cameraIds.every((id) => ids.includes(id));
    const mine: Reader = { visible, cameras: { ids } };
    const expected = Array.from({ length: 120 }, (_, at) => 119 - at)
      .filter((at) => at % 30 === 0 || at % 4 === 0)
      .map((at) => at + 1);
    expect(await numbers({}, mine)).toEqual(expected);
    expect(await numbers({ limit: 2, before: expected[1] }, mine)).toEqual(expected.slice(2, 4));
    expect(await numbers({ text: 'cay', sector: 'phan_anh', limit: 3 }, mine)).toEqual(
      expected.filter((number) => number <= 60).slice(0, 3),
    );
    expect(await numbers({}, { visible, cameras: { ids: [] } })).toEqual([91, 61, 31, 1]);
    const within = { sectors: ['phan_anh'], units: [] };
    // Who only delivers to the sector has none of its cameras.
    expect(await numbers({}, { visible, within, cameras: { ids, sectors: [] } })).toEqual([91, 61, 31, 1]);
    expect(await numbers({}, { visible, within, cameras: { ids, sectors: ['phan_anh'] } })).toEqual(expected);
    expect(await numbers({ sector: 'y_te' }, mine)).toEqual([]);
    const all3 = { ids: [EVERY_CAMERA, 'k1', 'k2', 'k3'], sectors: ['phan_anh'] };
    expect(await numbers({ limit: 4 }, { visible: () => true, within, cameras: all3 })).toEqual([120, 119, 118, 117]);
  });

  it('forgets what a place was called, in what it is found by too', async () => {
    const place = { latitude: 10.38, longitude: 105.43, name: 'Trước nhà bà Bảy' };
    const { id, version } = await events.open(flood({ place }));
    const found = () => events.list({ state: 'open', text: 'ba bay', limit: 9 }, { visible: () => true });
    expect(await found()).toHaveLength(1);
    await events.forgetPlace(id);
    await events.forgetPlace(id);
    await events.forgetPlace('unknown');
    expect(await found()).toEqual([]);
    expect(await events.find(id)).toMatchObject({ version: version + 1, place: { latitude: 10.38, name: '' } });
    expect(JSON.stringify(await database.all('SELECT * FROM sector_events'))).not.toContain('bà Bảy');
  });

  it('finds what happened near an incident however much is said without a place', async () => {
    const place = { latitude: 10.38, longitude: 105.43, name: 'Cầu' };
    const here = await events.open(flood({ place }));
    clock.step(1000);
    const said = await events.open(flood({ key: 'said', sector: 'mang_xa_hoi', type: 'tin_bai' }));
    const what = { place, metres: 500, areaCode: null, placeless: 'mang_xa_hoi', fromMs: 0 };
    expect((await events.near(what)).map(({ id }) => id)).toEqual([said.id, here.id]);
    // Six hundred of them, later than what happened here.
    await database.run(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 600)
       INSERT INTO sector_events SELECT number + i, id || i, key || i, version, sector, type, title_vi, title_en, detail,
         severity, urgency, certainty, occurred_ms, opened_ms + i, expires_ms, due_ms, overdue, latitude, longitude,
         place_name, area_code, unit_id, source_kind, source_id, camera_ids, indicator, value, count, last_ms, state, open,
         acknowledged_ms, acknowledged_by_id, acknowledged_by_name, closed_ms, closed_by_id, closed_by_name,
         incident_id, link, synthetic, words FROM sector_events, n WHERE id = ?`,
      said.id,
    );
    expect((await events.near(what)).map(({ id }) => id)).toContain(here.id);
  });

  it('relates what is near in place and time, and of the same area where no place is said', async () => {
    const place = { latitude: 10.38, longitude: 105.43, name: 'Cầu' };
    const first = await events.open(flood({ place, areaCode: 'c1' }));
    const near = await events.open(flood({ key: 'k2', place: { ...place, latitude: 10.384 }, areaCode: 'c2' }));
    await events.open(flood({ key: 'k3', place: { ...place, latitude: 10.5 }, areaCode: 'c1' }));
    const media = await events.open(flood({ key: 'k4', areaCode: 'c1', source: { kind: 'feed', id: 'báo' } }));
    await events.open(flood({ key: 'k5', place, areaCode: 'c1', occurredMs: clock.now() - 25 * 3_600_000 }));
    const { related } = await events.details(first.id, () => true);
    expect(related.map(({ id }) => id)).toEqual([near.id, media.id]);
    expect((await events.details(first.id, ({ id }) => id !== near.id)).related.map(({ id }) => id)).toEqual([
      media.id,
    ]);
  });
});
