import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PortalView, PublicReport, ReportCreated, ReportDetails, ReportView } from '#contracts/reports';
import { hasZeroBits } from '../../server/reports/puzzle.ts';
import { type House, openHouse, type Sender } from '../architecture/house.ts';
import { PLACE } from '../fakes/report-places.ts';

/** The public page and those who handle reports, at the real doors. */
let house: House;
let operator: Sender;
let unit: Sender;
let otherUnit: Sender;
let lead: Sender;

beforeAll(async () => {
  house = await openHouse();
  const unitScope = (unitId: string) => ({ kind: 'unit', unitId }) as const;
  await house.person('operator', [{ role: 'operator', scope: house.scopes.all }]);
  await house.person('lead', [{ role: 'shift_lead', scope: house.scopes.all }]);
  await house.person('so', [{ role: 'department', scope: unitScope('so') }]);
  await house.person('dien-luc', [{ role: 'department', scope: unitScope('dien-luc') }]);
  const sit = (name: string) => house.signIn(name, () => true);
  [operator, lead, unit, otherUnit] = [
    await sit('operator'),
    await sit('lead'),
    await sit('so'),
    await sit('dien-luc'),
  ];
});
afterAll(() => house.close());

async function ask<T>(
  sender: Sender | null,
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; reply: T }> {
  const reply = await fetch(new URL(path, house.url), {
    method,
    headers: { ...sender?.headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await reply.text();
  return { status: reply.status, reply: (text === '' ? undefined : JSON.parse(text)) as T };
}

function solve(puzzle: string): string {
  const [challenge = '', bits = '0'] = puzzle.split(':');
  for (let word = 0; ; word += 1) {
    if (hasZeroBits(`${challenge}:${word}`, Number(bits))) return `${challenge}:${word}`;
  }
}
const until = (ms: number) => new Promise((done) => setTimeout(done, ms));
const draft = {
  service: 'cay_do',
  text: 'Cây đổ chắn hết đường trước chợ',
  place: { ...PLACE.west, name: 'Chợ Bến Tràm' },
  contact: { name: 'Trần Thị Bí Mật', phone: '0912345678' },
};

describe('a report from the public page', () => {
  let sent: ReportCreated;
  let id: string;

  it('is sent with a proof, once, and not faster than a person can', async () => {
    const pages = await Promise.all([1, 2].map(async () => (await ask<PortalView>(null, 'GET', '/api/portal')).reply));
    const [first = '', second = ''] = pages.map(({ puzzle }) => solve(puzzle));
    expect(pages[0]?.areas).toContainEqual({ code: 'P01', name: 'Xã Bến Tràm' });
    const send = (more: object) =>
      ask<ReportCreated & { error: { code: string } }>(null, 'POST', '/api/portal/reports', { ...draft, ...more });
    expect((await send({ proof: first })).reply.error.code).toBe('portal.fast');
    await until(3000);
    expect((await send({})).reply.error.code).toBe('portal.puzzle');
    expect((await send({ proof: first, website: 'http://spam' })).reply.error.code).toBe('portal.hiddenField');
    const outside = await send({ proof: second, place: { latitude: 21, longitude: 105, name: '' } });
    expect([outside.status, outside.reply.error.code]).toEqual([400, 'report.outside']);
    const accepted = await send({ proof: first });
    expect(accepted.status).toBe(200);
    sent = accepted.reply;
    expect((await send({ proof: first })).reply.error.code).toBe('portal.puzzle');
    // From another page nobody sends in our visitors' name.
    const foreign = await fetch(new URL('/api/portal/reports', house.url), {
      method: 'POST',
      headers: { origin: 'https://evil.example', 'content-type': 'application/json' },
      body: JSON.stringify(draft),
    });
    expect(foreign.status).toBe(403);
    expect(foreign.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('brings photos, and an event at once', async () => {
    const picture = await sharp({ create: { width: 60, height: 40, channels: 3, background: '#292' } })
      .withExif({ IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '10/1 27/1 0/1' } })
      .jpeg()
      .toBuffer();
    const put = (ticket: string, body: Uint8Array<ArrayBuffer>) =>
      fetch(new URL(`/api/portal/reports/${sent.code}/photos`, house.url), {
        method: 'POST',
        headers: { 'x-ticket': ticket },
        body,
      });
    const bytes = new Uint8Array(picture);
    expect((await put('wrong', bytes)).status).toBe(403);
    expect((await put(sent.ticket, new TextEncoder().encode('<svg/>'))).status).toBe(400);
    expect((await put(sent.ticket, bytes)).status).toBe(204);
    const { reply } = await ask<ReportView[]>(operator, 'GET', '/api/reports');
    id = reply[0]?.id ?? '';
    expect(reply).toMatchObject([
      { emergency: true, areaCode: 'P01', hasContact: true, photoIds: [expect.any(String)] },
    ]);
    const photo = await fetch(new URL(`/api/reports/${id}/photos/${reply[0]?.photoIds[0]}`, house.url), {
      headers: operator.headers,
    });
    const kept = Buffer.from(await photo.arrayBuffer());
    expect((await sharp(kept).metadata()).exif).toBeUndefined();
    await expect.poll(() => house.reportEvents.open.has(`report.${id}`)).toBe(true);
  });

  it('is a unit’s once it was given to it, without its sender and code', async () => {
    const act = (sender: Sender, body: object) => ask<ReportDetails>(sender, 'POST', `/api/reports/${id}/acts`, body);
    expect((await ask(unit, 'GET', `/api/reports/${id}`)).status).toBe(404);
    expect((await act(unit, { act: 'verify' })).status).toBe(404);
    expect((await act(operator, { act: 'assign', unitId: 'cay-xanh' })).status).toBe(409);
    expect((await act(operator, { act: 'verify', publicText: 'Cây đổ chắn đường' })).status).toBe(200);
    expect((await act(operator, { act: 'assign', unitId: 'cay-xanh' })).status).toBe(200);
    // Above it in the organisation: its reports too. Beside it: not.
    const seen = await ask<ReportDetails>(unit, 'GET', `/api/reports/${id}`);
    expect(seen.reply).toMatchObject({ code: '', unitName: 'Công ty Cây xanh' });
    for (const secret of ['Bí Mật', '0912345678', sent.code, sent.ticket])
      expect(JSON.stringify(seen.reply)).not.toContain(secret);
    expect((await ask(otherUnit, 'GET', `/api/reports/${id}`)).status).toBe(404);
    expect((await ask<unknown[]>(otherUnit, 'GET', '/api/reports')).reply).toEqual([]);
    expect((await act(unit, { act: 'reject', text: 'không phải việc này' })).status).toBe(403);
    expect((await act(unit, { act: 'start' })).status).toBe(200);
    expect((await act(unit, { act: 'answer', text: 'Đã dọn xong' })).reply.state).toBe('answered');
    const mine = await ask<PublicReport>(null, 'GET', `/api/portal/reports/${sent.code}`);
    expect(mine.reply).toMatchObject({ state: 'answered', answers: [{ text: 'Đã dọn xong' }] });
    expect(
      (await ask<PublicReport>(null, 'POST', `/api/portal/reports/${sent.code}/rating`, { rating: 'satisfied' })).reply
        .rating,
    ).toBe('satisfied');
  });

  it('shows who sent it to those who may, and writes the look down', async () => {
    for (const [sender, status] of [
      [operator, 403],
      [unit, 403],
      [lead, 200],
    ] as const) {
      expect([sender.name, (await ask(sender, 'GET', `/api/reports/${id}/contact`)).status]).toEqual([
        sender.name,
        status,
      ]);
    }
    const looks = await house.database.all<{ actor: string; detail: string }>(
      "SELECT actor, detail FROM audit WHERE action = 'report.contactSeen'",
    );
    expect(looks).toMatchObject([{ actor: 'lead', detail: expect.stringContaining(id) }]);
    expect(house.logged.join('\n')).not.toContain('0912345678');
  });
});

// Last: the address of these tests is one that has tried by then.
it('does not tell a wrong code from none, and slows down who tries', async () => {
  const replies = [];
  for (const code of ['XXXX-XXXX-XXXX', 'abc', '0000-0000-0000'])
    replies.push(await ask(null, 'GET', `/api/portal/reports/${code}`));
  expect(new Set(replies.map((reply) => JSON.stringify(reply))).size).toBe(1);
  for (let at = 0; at < 8; at += 1) await ask(null, 'GET', '/api/portal/reports/XXXX-XXXX-XXXX');
  expect((await ask(null, 'GET', '/api/portal/reports/XXXX-XXXX-XXXX')).status).toBe(429);
});
