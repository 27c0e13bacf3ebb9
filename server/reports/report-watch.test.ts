import { readdir } from 'node:fs/promises';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PLACE } from '../../tests/fakes/report-places.ts';
import {
  answer,
  assign,
  contact,
  DAY,
  HOUR,
  openReports,
  type ReportsHouse,
  verify,
} from '../../tests/fakes/reports.ts';

let house: ReportsHouse;
beforeEach(async () => {
  house = await openReports();
});
afterEach(() => house.close());

describe('what follows by itself', () => {
  it('an emergency is an event at once, which ends with its answer', async () => {
    const { report } = await house.receive({ service: 'cay_do' });
    const key = `report.${report.id}`;
    await vi.waitFor(async () => expect((await house.reports.find(report.id)).eventId).toBe(`event-${key}`));
    expect(house.told.open.get(key)).toMatchObject({
      type: 'khan_cap',
      severity: 'severe',
      areaCode: 'P01',
      dueMs: report.dueMs,
    });
    await house.acts(report.id, verify, assign, answer);
    await vi.waitFor(() => expect(house.told.open.has(key)).toBe(false));
  });

  it('an emergency that is none ends its event, and is one again where it was one after all', async () => {
    const { report } = await house.receive({ service: 'cay_do' });
    const key = `report.${report.id}`;
    await vi.waitFor(async () => expect((await house.reports.find(report.id)).eventId).not.toBeNull());
    await house.acts(report.id, { act: 'changeService', service: 'cay_xanh' });
    await vi.waitFor(async () => expect((await house.reports.find(report.id)).eventId).toBeNull());
    expect(house.told.open.has(key)).toBe(false);
    await house.acts(report.id, { act: 'changeService', service: 'cay_do' });
    await vi.waitFor(() => expect(house.told.open.has(key)).toBe(true));
  });

  it('a report that is late opens one event, and not twenty; put off, it ends', async () => {
    const { report } = await house.receive();
    await house.acts(report.id, verify, assign);
    const key = `report.overdue.${report.id}`;
    house.look(5 * DAY);
    await vi.waitFor(() => expect(house.told.open.has(key)).toBe(true));
    house.look(DAY);
    await house.acts(report.id, { act: 'extend', untilMs: house.clock.now() + DAY, text: 'chờ vật tư' });
    await vi.waitFor(() => expect(house.told.open.has(key)).toBe(false));
    expect(house.told.all.filter((event) => event.key === key)).toHaveLength(1);
    house.look(2 * DAY);
    await vi.waitFor(() => expect(house.told.open.has(key)).toBe(true));
  });

  it('nothing is told while the sector is switched off; reports go on, and what still holds is told afterwards', async () => {
    const { report } = await house.receive({ service: 'cay_do' });
    const [emergency, overdue] = [`report.${report.id}`, `report.overdue.${report.id}`];
    await vi.waitFor(async () => expect((await house.reports.find(report.id)).eventId).not.toBeNull());
    house.look(5 * HOUR);
    await vi.waitFor(() => expect([...house.told.open.keys()].toSorted()).toEqual([emergency, overdue].toSorted()));
    house.sector.isOn = false;
    house.look(60_000);
    await vi.waitFor(() => expect(house.told.open.size).toBe(0));
    const other = await house.receive({ service: 'cay_do', place: { ...PLACE.west, latitude: 10.41, name: '' } });
    await house.acts(other.report.id, verify, assign);
    house.look(DAY);
    await house.settled();
    expect(house.told.open.size).toBe(0);
    house.sector.isOn = true;
    house.look(60_000);
    await vi.waitFor(() => expect(house.told.open.size).toBe(4));
    expect([...house.told.open.keys()]).toEqual(expect.arrayContaining([emergency, overdue]));
  });

  it('five within half a kilometre and a day are one hotspot, which cools down', async () => {
    for (let at = 0; at < 7; at += 1) {
      await house.receive({
        place: { latitude: PLACE.west.latitude + at * 0.0005, longitude: PLACE.west.longitude, name: '' },
      });
      house.clock.advance(HOUR);
    }
    await vi.waitFor(() =>
      expect([...house.told.open.values()].find(({ type }) => type === 'diem_nong')?.value).toBe(7),
    );
    expect([...house.told.open.keys()].filter((key) => key.startsWith('report.hotspot'))).toHaveLength(1);
    house.look(25 * HOUR);
    await vi.waitFor(() =>
      expect([...house.told.open.keys()].filter((key) => key.startsWith('report.hotspot'))).toEqual([]),
    );
  });

  it('who is not content is heard; who says nothing has it closed; what was kept long enough goes', async () => {
    const { report, ticket } = await house.receive({ contact });
    await house.reports.addPhoto(
      report.code,
      ticket,
      await sharp({ create: { width: 9, height: 9, channels: 3, background: '#fff' } })
        .png()
        .toBuffer(),
    );
    await expect(house.reports.rate(report.code, { rating: 'satisfied', text: '' })).rejects.toMatchObject({
      code: 'report.notAnswered',
    });
    await house.acts(report.id, verify, assign, answer);
    await house.reports.rate(report.code, { rating: 'unsatisfied', text: 'Chưa dọn' });
    await vi.waitFor(() => expect([...house.told.open.keys()]).toContain(`report.unsatisfied.${report.id}`));
    await house.reports.rate(report.code, { rating: 'acceptable', text: '' });
    house.look(8 * DAY);
    await vi.waitFor(async () => expect((await house.reports.find(report.id)).state).toBe('closed'));
    house.look(91 * DAY);
    await vi.waitFor(() =>
      expect(house.reports.contact(report.id)).rejects.toMatchObject({ code: 'report.noContact' }),
    );
    house.look(366 * DAY);
    await vi.waitFor(async () => expect(await readdir(house.folder)).toEqual([]));
    await vi.waitFor(async () =>
      expect(await house.reports.find(report.id)).toMatchObject({ text: '', rating: 'acceptable', number: 1 }),
    );
  });
});

it('words stay with the report, and who sent it is forgotten though never content', async () => {
  const { report } = await house.receive({ contact, service: 'cay_do' });
  await house.acts(report.id, verify, assign, answer);
  await house.reports.rate(report.code, { rating: 'unsatisfied', text: '' });
  await vi.waitFor(() => expect([...house.told.open.keys()]).toContain(`report.unsatisfied.${report.id}`));
  expect(JSON.stringify(house.told.all)).not.toContain(report.text);
  house.look(91 * DAY);
  await vi.waitFor(() => expect(house.reports.contact(report.id)).rejects.toMatchObject({ code: 'report.noContact' }));
  expect(await house.reports.find(report.id)).toMatchObject({
    state: 'answered',
    text: expect.stringContaining('Cây'),
  });
  // Never closed, its words and what the place was called go as long after the answer as of others after their end.
  house.look(275 * DAY);
  await vi.waitFor(async () =>
    expect(await house.reports.find(report.id)).toMatchObject({ state: 'answered', text: '', place: { name: '' } }),
  );
  expect(JSON.stringify(await house.database.all('SELECT * FROM report_steps'))).not.toContain('Đã dọn');
});

it('what a place was called goes with the report from the event of an emergency, and is in no other', async () => {
  const { report } = await house.receive({ service: 'cay_do' });
  await vi.waitFor(async () => expect((await house.reports.find(report.id)).eventId).not.toBeNull());
  expect(house.told.open.get(`report.${report.id}`)?.place?.name).toBe('Chợ Bến Tràm');
  house.clock.advance(5 * HOUR);
  await vi.waitFor(() => expect(house.told.open.has(`report.overdue.${report.id}`)).toBe(true));
  expect(house.told.open.get(`report.overdue.${report.id}`)?.place).toMatchObject({ ...PLACE.west, name: '' });
  await house.acts(report.id, verify, assign, answer, { act: 'close' });
  house.clock.advance(366 * DAY);
  await vi.waitFor(() => expect(house.told.forgotten).toEqual([`event-report.${report.id}`]));
});
