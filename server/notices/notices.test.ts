import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type NoticeDraft, noticeChangeSchema, noticeInputSchema } from '#contracts/notices';
import { type CapNode, capFaults, capNodes, get, info } from '../../tests/fakes/cap-schema.ts';
import { createFakeClock, type FakeClock } from '../../tests/fakes/clock.ts';
import { createTemporaryDatabase } from '../../tests/fakes/database.ts';
import { noticeCap, noticeFeed } from './notice-cap.ts';
import { createNotices, type Notices } from './notices.ts';
import { createPublicAnswers } from './public-answers.ts';

const LAN = { id: 'lan', name: 'Lê Lan' };
const HOUR = 3_600_000;
const addresses = {
  sender: 'https://tamnhin.example',
  senderName: 'An Giang',
  isInvented: false,
  url: 'https://tamnhin.example',
};
let clock: FakeClock;
let database: Awaited<ReturnType<typeof createTemporaryDatabase>>;
let notices: Notices;
beforeEach(async () => {
  clock = createFakeClock();
  database = await createTemporaryDatabase();
  notices = createNotices({ database, clock, hasArea: (code) => code === '91' });
});
afterEach(() => database.close());

const input = (more: Partial<NoticeDraft> = {}) =>
  noticeInputSchema.parse({
    ...{ title: 'Ngập đường Trần Hưng Đạo', text: 'Nước dâng 0,5 m.', areaName: 'Phường Long Xuyên', areaCode: '91' },
    ...{ circle: { latitude: 10.386, longitude: 105.435, metres: 1500 }, incidentId: 'i1' },
    ...{ fromMs: clock.now(), untilMs: clock.now() + 6 * HOUR },
    ...more,
  });
async function newest(id: string): Promise<CapNode> {
  const notice = await notices.public(id);
  const last = notice.messages.at(-1);
  const [alert] = last === undefined ? [] : capNodes(noticeCap(notice, last, addresses));
  if (alert === undefined) throw new Error('no message');
  expect(capFaults(alert)).toEqual([]);
  return alert;
}
const feed = async (): Promise<string> => noticeFeed(await notices.current(), { ...addresses, nowMs: clock.now() });

describe('a notice to the public', () => {
  it('is public from its publication on, changes with reference to before, and is withdrawn for all to see', async () => {
    expect(await feed()).not.toContain('<entry>');
    const { id } = await notices.publish(input({ titleEn: 'Flood', textEn: 'Water rises.' }), LAN);
    const alert = await newest(id);
    expect([get(alert, 'msgType'), get(alert, 'scope'), get(alert, 'status')]).toEqual(['Alert', 'Public', 'Actual']);
    expect(alert.inside.filter(({ name }) => name === 'info').map((one) => get(one, 'language'))).toEqual([
      'vi-VN',
      'en',
    ]);
    expect(
      info(alert)
        .inside.find(({ name }) => name === 'area')
        ?.inside.map(({ name, text }) => [name, text]),
    ).toEqual([
      ['areaDesc', 'Phường Long Xuyên'],
      ['circle', '10.386,105.435 1.5'],
      ['geocode', ''],
    ]);
    expect(await feed()).toContain('<title>Ngập đường Trần Hưng Đạo</title>');

    clock.advance(HOUR);
    const { incidentId: _, ...content } = input({ text: 'Nước đã rút một phần.' });
    await notices.change(id, noticeChangeSchema.parse({ ...content, version: 1 }));
    const update = await newest(id);
    expect([get(update, 'msgType'), get(update, 'references')?.split(' ').length]).toEqual(['Update', 1]);

    clock.advance(HOUR);
    const withdrawn = await notices.withdraw(id, 'Nước đã rút hết', LAN);
    expect(withdrawn).toMatchObject({ state: 'withdrawn', withdrawnBy: LAN, incidentId: 'i1' });
    const cancel = await newest(id);
    expect([get(cancel, 'msgType'), get(cancel, 'note')]).toEqual(['Cancel', 'Nước đã rút hết']);
    expect(get(cancel, 'references')?.split(' ')).toHaveLength(2);
    // It is taken back; that the danger is over, nobody has said.
    expect([get(info(cancel), 'responseType'), get(info(cancel), 'urgency')]).toEqual([undefined, 'Past']);
    expect(await feed()).toContain('Đã rút: Ngập');
    // Twice is once.
    await notices.withdraw(id, 'lần nữa', LAN);
    expect((await notices.public(id)).messages).toHaveLength(3);
    clock.advance(25 * HOUR);
    expect(await feed()).not.toContain('<entry>');
  });

  it('is read once for all who ask within seconds, and anew once it changed', async () => {
    let reads = 0;
    const answers = createPublicAnswers({
      notices: {
        current() {
          reads += 1;
          return notices.current();
        },
      },
      ...{ addresses: () => addresses, now: clock.now },
    });
    const { id } = await notices.publish(input(), LAN);
    const all = await Promise.all([answers.feed(), answers.feed(), answers.cap(id), answers.cap('unknown')]);
    expect([reads, all[0].etag === all[1].etag, all[2]?.body.includes(id), all[3]]).toEqual([1, true, true, undefined]);
    await notices.withdraw(id, 'Sai địa bàn', LAN);
    answers.drop();
    expect((await answers.cap(id))?.body).toContain('Cancel');
    clock.advance(6000);
    await answers.feed();
    expect(reads).toBe(3);
  });

  it('is no real one where the province is invented', async () => {
    const { id } = await notices.publish(input(), LAN);
    await notices.withdraw(id, 'Sai', LAN);
    const notice = await notices.public(id);
    for (const message of notice.messages) {
      const [cap] = capNodes(noticeCap(notice, message, { ...addresses, isInvented: true }));
      if (cap === undefined) throw new Error('no message');
      expect(capFaults(cap)).toEqual([]);
      expect(get(cap, 'status')).toBe('Exercise');
      expect(get(cap, 'note')).toContain('mô phỏng');
    }
  });

  it('says nothing of its incident or of who wrote it', async () => {
    const { id } = await notices.publish(input(), LAN);
    const notice = await notices.public(id);
    const said =
      JSON.stringify(notice) + notice.messages.map((one) => noticeCap(notice, one, addresses)).join() + (await feed());
    expect(said).not.toContain('i1"');
    expect(said).not.toContain('Lê Lan');
  });

  it('ends by itself, and is neither changed nor published for a time that has passed', async () => {
    const { id, version } = await notices.publish(input(), LAN);
    clock.advance(6 * HOUR);
    expect((await notices.find(id)).state).toBe('over');
    expect(await feed()).toContain('Đã hết hiệu lực: Ngập');
    // Who reads by the time of the last change hears of the end.
    expect((await feed()).split(new Date(clock.now()).toISOString())).toHaveLength(3);
    await expect(notices.withdraw(id, 'muộn', LAN)).rejects.toMatchObject({ code: 'notice.ended' });
    const { incidentId: _, ...content } = input();
    await expect(notices.change(id, { ...content, version })).rejects.toMatchObject({ code: 'notice.ended' });
    const past = input({ fromMs: 0, untilMs: 1 });
    await expect(notices.publish(past, LAN)).rejects.toMatchObject({ code: 'notice.past' });
    await expect(notices.publish(input({ areaCode: '12' }), LAN)).rejects.toMatchObject({ code: 'area.unknown' });
    expect(await notices.list({ limit: 10 })).toHaveLength(1);
  });

  it('is refused where somebody has changed it meanwhile', async () => {
    const { id } = await notices.publish(input(), LAN);
    const { incidentId: _, ...content } = input({ title: 'Khác' });
    await notices.change(id, { ...content, version: 1 });
    await expect(notices.change(id, { ...content, version: 1 })).rejects.toMatchObject({ code: 'edit.stale' });
  });

  it('needs a place, and holds hostile words', async () => {
    const draft = { ...input(), areaCode: null, circle: null };
    expect(noticeInputSchema.safeParse(draft).success).toBe(false);
    const { id } = await notices.publish(input({ title: '<b>&"\u0000', text: ']]><script>' }), LAN);
    expect(get(info(await newest(id)), 'headline')).toContain('<b>');
    expect(await feed()).toContain('&lt;script&gt;');
  });
});
