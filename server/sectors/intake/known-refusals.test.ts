import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { codes, type Deliveries, openDeliveries } from '../../../tests/fakes/deliveries.ts';

let test: Deliveries;
beforeEach(async () => {
  test = await openDeliveries({ mostRows: 5000 });
});
afterEach(() => test.close());

const event = (id: string, more: object = {}) => ({
  ...{ type: 'o_dich', id, title: `Ổ dịch ${id}`, time: '2026-11-25T08:00:00+07:00', ...more },
});
const addFeed = () => test.addFeed({ sector: 'y_te', carries: 'events' });
type Feed = Awaited<ReturnType<typeof addFeed>>;
const fetched = (feed: Feed, rows: readonly object[]) => test.send(feed, rows, { way: 'pull', onlyNews: true });
const NO_NEWS = 'there was nothing new in it';

describe('a row that is fetched again and was not taken', () => {
  it('is no news, unless it says something else or is refused for something else', async () => {
    const feed = await addFeed();
    const strange = event('e2', { type: 'chay' });
    await fetched(feed, [event('e1'), strange]);
    await expect(fetched(feed, [strange, event('e1')])).rejects.toThrow(NO_NEWS);
    expect(codes(await fetched(feed, [event('e1'), { ...strange, title: 'Cháy' }]))).toEqual(['unknownType']);
    expect(codes(await fetched(feed, [event('e1'), { ...strange, time: '' }]))).toEqual([
      'unknownType',
      'fieldMissing',
    ]);
    await expect(fetched(feed, [event('e1'), strange, { ...strange, title: 'Cháy' }])).rejects.toThrow(NO_NEWS);
    expect(test.register.view(test.register.get(feed.id))).toMatchObject({ state: 'ok', lastError: null });
  });

  it('is news to another feed, and of one that sends of its own accord counts each time', async () => {
    const [one, other] = [await addFeed(), await addFeed()];
    const strange = event('e2', { type: 'chay' });
    await fetched(one, [strange]);
    expect((await fetched(other, [strange])).batch.counts).toMatchObject({ received: 1, rejected: 1 });
    for (let at = 0; at < 2; at += 1) {
      expect((await test.send(one, [strange])).batch.counts).toMatchObject({ received: 1, rejected: 1 });
    }
  });

  it('is said twice in one list, and counts once', async () => {
    const feed = await addFeed();
    expect((await fetched(feed, [event('e1'), event('e1')])).batch.counts).toMatchObject({ accepted: 1, duplicate: 1 });
    await expect(fetched(feed, [event('e1'), event('e1')])).rejects.toThrow(NO_NEWS);
  });

  it('is news again once its delivery was taken back', async () => {
    const feed = await addFeed();
    const rows = [event('e1'), event('e2', { type: 'chay' })];
    const first = await fetched(feed, rows);
    await test.intake.undo(first.batch.id, 'an');
    expect((await fetched(feed, rows)).batch.counts).toMatchObject({ accepted: 0, revised: 1, rejected: 1 });
  });

  it('does not make a feed well of which nothing is right', async () => {
    const feed = await addFeed();
    await fetched(feed, [event('e2', { type: 'chay' })]);
    test.clock.step(60_000);
    await expect(fetched(feed, [event('e2', { type: 'chay' })])).rejects.toThrow(NO_NEWS);
    expect(test.register.view(test.register.get(feed.id))).toMatchObject({
      ...{ state: 'failing', lastAcceptedMs: null, lastAttemptMs: test.clock.now() },
      lastError: { code: 'allRejected', message: '1' },
    });
  });

  it('is remembered among the first thousand of its feed', async () => {
    const feed = await addFeed();
    const rows = Array.from({ length: 1100 }, (_, at) => event(`e${at}`, { type: 'chay' }));
    await fetched(feed, rows);
    expect((await fetched(feed, rows)).batch.counts).toMatchObject({ received: 100, rejected: 100 });
  });
});
