import { afterAll, beforeAll, expect, it } from 'vitest';
import { mappingSchema } from '#contracts/feeds';
import { corpus } from '../../../../tests/corpus/read-corpus.ts';
import { type Deliveries, openDeliveries, verdicts } from '../../../../tests/fakes/deliveries.ts';
import { open311 } from './open311.ts';

/** Another city's requests as a feed: whatever its server makes of the specification, rows come of it. */
let test: Deliveries;
beforeAll(async () => {
  test = await openDeliveries();
});
afterAll(() => test.close());

const read = (name: string) => open311.read(corpus(`open311/${name}`), mappingSchema.parse({}), { mostRows: 100 });

it.each([
  ['specification.xml', ['48213 over']],
  ['fixmystreet.xml', ['301 open', '300 over']],
  ['fixmystreet-lists.json', ['77 open', '76 over']],
  ['many-fields.json', ['SR26-00123456 over', 'SR26-00123457 open']],
  ['tokens.xml', ['09c1e5f0-2b7a open', '1412907 over']],
  ['extended.json', ['hel9f8e7d open']],
  ['alone.json', ['5512 open']],
])('%s', async (name, expected) => {
  const { rows } = await read(name);
  expect(rows.map(({ cells }) => `${cells.get('id')} ${cells.get('state')}`)).toEqual(expected);
  // Who asked stands beside it, and is not kept.
  expect(rows.map(({ sent }) => sent).join()).not.toMatch(/Nguyễn Văn A|Trần Thị B/);
});

it('says of each bad row in words what is wrong with it; the others are taken', async () => {
  const feed = await test.addFeed({
    ...{ sector: 'y_te', way: 'pull', carries: 'events', format: 'open311' },
    mapping: { columns: { type: 'service_code' }, words: { type: { RAC: 'ngo_doc' } } },
    pull: { url: 'https://city.example/open311/v2/requests.json', schedule: '*/15 * * * *' },
  });
  const done = await test.send(feed, corpus('open311/some-broken.json'));
  expect(done.batch.counts).toMatchObject({ received: 9, accepted: 2, rejected: 7 });
  const faults = verdicts(done).flatMap(({ row, faults: found }) =>
    found.map(({ column, code, message }) => [row, column, code, message]),
  );
  expect(faults).toEqual([
    [2, 'id', 'fieldMissing', 'Thiếu «id»'],
    [3, null, 'unreadable', expect.any(String)],
    [4, 'time', 'notADate', expect.stringContaining('hôm qua')],
    [5, 'latitude', 'notANumber', expect.stringContaining('mười')],
    [6, 'service_code', 'unknownType', expect.stringContaining('LA')],
    [7, null, 'unreadable', expect.any(String)],
    [8, 'latitude', 'outOfRange', expect.stringContaining('90')],
  ]);
});

it.each([
  ['<html><body>502</body></html>', 'html'],
  ['<errors><error><code>403</code></error></errors>', 'notThisFormat'],
  ['{"errors":[{"code":403}]}', 'notThisFormat'],
  ['{"message":"maintenance"}', 'notThisFormat'],
  ['[{"service_request_id":"1"', 'notJson'],
  ['<service_requests><request>', 'notXml'],
  ['<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><service_requests>&b;</service_requests>', 'entities'],
  ['', 'empty'],
])('%.50s is refused as a whole: %s', async (text, code) => {
  await expect(open311.read(Buffer.from(text), mappingSchema.parse({}), { mostRows: 9 })).rejects.toMatchObject({
    code,
  });
});
