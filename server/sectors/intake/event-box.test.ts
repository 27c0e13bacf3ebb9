import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Deliveries, openDeliveries } from '../../../tests/fakes/deliveries.ts';

let test: Deliveries;
beforeEach(async () => {
  test = await openDeliveries();
});
afterEach(() => test.close());

const event = (id: string, more: object = {}) => ({
  ...{ type: 'o_dich', id, title: `Ổ dịch ${id}`, time: '2026-11-25T08:00:00+07:00', ...more },
});
const addFeed = () => test.addFeed({ sector: 'y_te', carries: 'events' });
/** The last part of the key, as the sender names it. */
const opened = () => test.opened.map(({ key }) => key.split(':').at(-1));
const ended = () => test.ended.map(({ key }) => key.split(':').at(-1));

describe('an event that two deliveries have told', () => {
  it('stays open when the first of them is taken back, and ends with the last', async () => {
    const feed = await addFeed();
    const first = await test.send(feed, [event('e1'), event('e2')]);
    const second = await test.send(feed, [event('e1'), event('e2'), event('e3')]);
    await test.box.tell();
    await test.intake.undo(first.batch.id, 'an');
    await test.box.tell();
    // Nor are they told again: nothing about them has changed.
    expect([opened(), ended()]).toEqual([['e1', 'e2', 'e3'], []]);
    await test.intake.undo(second.batch.id, 'an');
    await test.box.tell();
    expect(ended().sort()).toEqual(['e1', 'e2', 'e3']);
  });

  it('stays open when the second is taken back', async () => {
    const feed = await addFeed();
    await test.send(feed, [event('e1')]);
    const second = await test.send(feed, [event('e1')]);
    await test.intake.undo(second.batch.id, 'an');
    await test.box.tell();
    expect([opened(), ended()]).toEqual([['e1'], []]);
  });

  it('is what it was before the wrong word that the second of two has repeated', async () => {
    const feed = await addFeed();
    await test.send(feed, [event('e1')]);
    const wrong = await test.send(feed, [event('e1', { title: 'Nhầm' })]);
    const again = await test.send(feed, [event('e1', { title: 'Nhầm' })]);
    await test.intake.undo(wrong.batch.id, 'an');
    await test.box.tell();
    expect(test.opened.at(-1)).toMatchObject({ title: { vi: 'Nhầm' } });
    await test.intake.undo(again.batch.id, 'an');
    await test.box.tell();
    expect(test.opened.at(-1)).toMatchObject({ title: { vi: 'Ổ dịch e1' } });
    expect(ended()).toEqual([]);
  });

  it('is kept with a few of its deliveries, however often it is said', async () => {
    const feed = await addFeed();
    const first = await test.send(feed, [event('e1')]);
    for (let at = 0; at < 30; at += 1) await test.send(feed, [event('e1')]);
    expect(await test.database.all('SELECT number FROM feed_event_versions')).toHaveLength(3);
    await test.intake.undo(first.batch.id, 'an');
    await test.box.tell();
    expect([opened(), ended()]).toEqual([['e1'], []]);
  });

  it('ends when all that was fetched besides had no news: those are no deliveries that could be taken back', async () => {
    const feed = await addFeed();
    const fetched = (rows: readonly object[]) => test.send(feed, rows, { way: 'pull', onlyNews: true });
    const first = await fetched([event('e1')]);
    await expect(fetched([event('e1')])).rejects.toThrow('there was nothing new in it');
    await test.box.tell();
    await test.intake.undo(first.batch.id, 'an');
    await test.box.tell();
    expect([opened(), ended()]).toEqual([['e1'], ['e1']]);
  });
});

describe('an event that is over before anybody was told of it', () => {
  const over = (id: string, more: object = {}) => event(id, { state: 'over', ...more });

  it('is told, and has ended, where one delivery says both', async () => {
    const feed = await addFeed();
    const done = await test.send(feed, [event('e1'), over('e1')]);
    expect(done.batch.counts).toMatchObject({ received: 2, rejected: 0 });
    await test.box.tell();
    expect(test.opened).toMatchObject([{ title: { vi: 'Ổ dịch e1' }, occurredMs: Date.parse(event('e1').time) }]);
    expect(ended()).toEqual(['e1']);
  });

  it('is told, and has ended, where the queue took nothing until a later delivery said that it is over', async () => {
    const feed = await addFeed();
    const full = vi.spyOn(test.queue, 'open').mockRejectedValue(new Error('the disk is full'));
    await test.send(feed, [event('e1')]);
    await test.box.tell();
    await test.send(feed, [over('e1')]);
    await test.box.tell();
    expect([opened(), ended()]).toEqual([[], []]);
    full.mockRestore();
    await test.box.tell();
    expect([opened(), ended()]).toEqual([['e1'], ['e1']]);
  });

  it('is told once, where only its end is ever sent, however often and in whichever words', async () => {
    const feed = await addFeed();
    await test.send(feed, [over('e1')]);
    await test.box.tell();
    expect([opened(), ended()]).toEqual([['e1'], ['e1']]);
    await test.send(feed, [over('e1', { detail: 'Đã dập' })]);
    await test.send(feed, [event('e1'), over('e1')]);
    await test.box.tell();
    expect(opened()).toEqual(['e1']);
  });

  it('is not told where it was taken back first, and is new when it is sent again', async () => {
    const feed = await addFeed();
    const full = vi.spyOn(test.queue, 'open').mockRejectedValue(new Error('the disk is full'));
    const first = await test.send(feed, [over('e1')]);
    await test.box.tell();
    await test.intake.undo(first.batch.id, 'an');
    full.mockRestore();
    await test.box.tell();
    expect(opened()).toEqual([]);
    await test.send(feed, [over('e1')]);
    await test.box.tell();
    expect([opened(), ended().at(-1)]).toEqual([['e1'], 'e1']);
  });

  it('is history where it is fetched and was before there was the feed; what was since is told', async () => {
    const feed = await addFeed();
    const fetched = (rows: readonly object[]) => test.send(feed, rows, { way: 'pull', onlyNews: true });
    const since = '2026-11-26T10:20:00+07:00';
    test.clock.step(30 * 60_000);
    await fetched([over('e1'), over('e2', { time: since })]);
    await fetched([over('e1', { detail: 'Đã dập' }), over('e2', { time: since })]);
    await test.box.tell();
    expect([opened(), new Set(ended())]).toEqual([['e2'], new Set(['e1', 'e2'])]);
    await fetched([event('e1', { detail: 'Lại bùng' })]);
    await test.box.tell();
    expect(opened()).toEqual(['e2', 'e1']);
  });

  it('is told as it was described, where its end says no more than that', async () => {
    const feed = await addFeed();
    const bare = { id: 'e1', state: 'over' };
    expect((await test.send(feed, [event('e1'), bare])).batch.counts).toMatchObject({ rejected: 0 });
    await test.box.tell();
    expect(test.opened).toMatchObject([{ title: { vi: 'Ổ dịch e1' } }]);
    expect(ended()).toEqual(['e1']);
  });

  it('is nothing where nobody has ever said what it was', async () => {
    const feed = await addFeed();
    const done = await test.send(feed, [over('e1', { title: '' })]);
    await test.box.tell();
    expect(done.batch.counts).toMatchObject({ rejected: 0 });
    expect(opened()).toEqual([]);
  });
});
