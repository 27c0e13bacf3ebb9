import { afterEach, beforeEach, describe, expect, it } from 'vitest';
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

  it('is kept with its newest few deliveries, however often it is said', async () => {
    const feed = await addFeed();
    const first = await test.send(feed, [event('e1')]);
    for (let at = 0; at < 30; at += 1) await test.send(feed, [event('e1')]);
    expect(await test.database.all('SELECT number FROM feed_event_versions')).toHaveLength(10);
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
