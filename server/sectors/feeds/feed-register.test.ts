import { afterEach, expect, it } from 'vitest';
import { type FeedDraft, feedInputSchema } from '#contracts/feeds';
import { type Deliveries, openDeliveries } from '../../../tests/fakes/deliveries.ts';

let deliveries: Deliveries;
/** Addresses are being looked up until this is called. */
let goOn: () => void;
let looking: Promise<void> = Promise.resolve();
afterEach(() => deliveries.close());

async function open() {
  looking = Promise.resolve();
  deliveries = await openDeliveries({ checkInput: () => looking });
  const feed = await deliveries.addFeed();
  looking = new Promise((resolve) => {
    goOn = resolve;
  });
  return feed;
}
const input = (more: Partial<FeedDraft> = {}) =>
  feedInputSchema.parse({ name: 'Mới', sector: 'thu_tuc', ownerUnitId: 'so', way: 'push', ...more });

it('keeps what came of a feed while its settings were looked at', async () => {
  const { id } = await open();
  const { register } = deliveries;
  const update = register.update(id, input(), 1, 'a');
  register.noted(id, { lastAcceptedMs: 7 });
  goOn();
  expect(await update).toMatchObject({ version: 2, lastAcceptedMs: 7, input: { name: 'Mới' } });
  expect(register.get(id).lastAcceptedMs).toBe(7);
});

it('lets a feed be gone that was removed meanwhile', async () => {
  const { id } = await open();
  const { register } = deliveries;
  const update = register.update(id, input(), 1, 'a');
  await register.remove(id);
  goOn();
  await expect(update).rejects.toMatchObject({ kind: 'notFound' });
  expect(register.find(id)).toBeUndefined();
});

it('tells the later of two who change a feed at once', async () => {
  const { id } = await open();
  const { register } = deliveries;
  const both = Promise.allSettled([
    register.update(id, input({ name: 'Một' }), 1, 'a'),
    register.update(id, input({ name: 'Hai' }), 1, 'b'),
  ]);
  goOn();
  const [first, second] = await both;
  expect(first.status).toBe('fulfilled');
  expect(second).toMatchObject({ status: 'rejected', reason: { kind: 'conflict', code: 'feed.changedMeanwhile' } });
  expect(register.get(id)).toMatchObject({ version: 2, input: { name: 'Một' } });
});

it('lets nobody write over what they have not seen', async () => {
  const { id } = await open();
  goOn();
  const { register } = deliveries;
  expect(await register.update(id, input({ name: 'Một' }), 1, 'a')).toMatchObject({ version: 2 });
  await expect(register.update(id, input({ name: 'Hai' }), 1, 'b')).rejects.toMatchObject({
    ...{ kind: 'conflict', code: 'feed.changedMeanwhile' },
  });
  expect(register.get(id)).toMatchObject({ version: 2, input: { name: 'Một' } });
});

it('knows since when each thing is owed, whatever the form says, and keeps it over other changes', async () => {
  await open();
  goOn();
  const { register, clock, openRegister } = deliveries;
  const [flow, late] = ['thu_tuc.tiep_nhan', 'thu_tuc.dung_han'];
  const cell = (areaCode: string, unitId: string | null = null) => ({ areaCode, unitId });
  const { id } = await register.create(
    input({ obliged: [{ indicator: flow, cells: [{ ...cell('30307'), sinceMs: 5 }] }] }),
    'a',
  );
  expect(register.get(id).input.obliged).toEqual([{ indicator: flow, cells: [cell('30307')] }]);
  const firstMs = clock.now() + 60_000;
  clock.step(60_000);
  const more = [
    { indicator: flow, cells: [cell('30307', 'so'), cell('30313')] },
    { indicator: late, cells: [] },
  ];
  await register.update(id, input({ obliged: more }), 1, 'a');
  clock.step(60_000);
  await register.update(id, input({ name: 'Hai', obliged: more }), 2, 'a');
  const owed = [
    { indicator: flow, cells: [cell('30307', 'so'), { ...cell('30313'), sinceMs: firstMs }] },
    { indicator: late, cells: [], sinceMs: firstMs },
  ];
  expect(register.get(id).input.obliged).toEqual(owed);
  const again = await openRegister();
  expect(again.get(id).input.obliged).toEqual(owed);
  again.close();
});
it('has no feed with more cells, and no unit with more feeds, than one can look after', async () => {
  await open();
  goOn();
  const { register, addFeed } = deliveries;
  const cells = Array.from({ length: 2000 }, () => ({ areaCode: '30307', unitId: null }));
  const obliged = Array.from({ length: 11 }, () => ({ indicator: 'thu_tuc.tiep_nhan', cells }));
  await expect(register.create(input({ obliged }), 'a')).rejects.toMatchObject({
    fields: [{ path: 'obliged', code: 'feed.tooManyCells' }],
  });
  for (let at = register.list().length; at < 50; at += 1) await addFeed();
  await expect(addFeed()).rejects.toMatchObject({ code: 'feed.tooManyOfUnit' });
  const [one] = register.list();
  expect(await register.update(one?.id ?? '', input(), 1, 'a')).toMatchObject({ version: 2 });
});
