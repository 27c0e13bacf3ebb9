import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mappingSchema } from '#contracts/feeds';
import { codes, type Deliveries, good, openDeliveries, verdicts } from '../../../tests/fakes/deliveries.ts';
import { formatOf } from './formats/index.ts';
import { plainText, safeXml } from './formats/xml.ts';
import { brokenAt } from './json-position.ts';

/** What is sent to break us, or by those who broke: it costs only itself. */
let test: Deliveries;
beforeAll(async () => {
  test = await openDeliveries();
});
afterAll(() => test.close());

const HEAD = 'indicator;area;period;value\n';
const LINE = 'thu_tuc.tiep_nhan;30307;2026-11-25;41\n';

describe('tables', () => {
  const send = async (text: string | Uint8Array) => test.send(await test.addFeed({ format: 'csv' }), text);

  it.each([
    ['a million columns', `${'a;'.repeat(1_000_000)}\n`, 'lineTooLong'],
    ['hundreds of columns', `${'a;'.repeat(600)}\n1\n`, 'tooManyColumns'],
    ['a line of 10 MB', `${HEAD}${'x'.repeat(10_000_000)}\n`, 'lineTooLong'],
    ['a quote that is not closed', `${HEAD}"thu_tuc;1\n${LINE.repeat(3)}`, 'quoteNotClosed'],
    ['nothing', '\n \n', 'empty'],
    ['names alone', HEAD, 'empty'],
    ['a web page', '<!DOCTYPE html><html><body>502</body></html>', 'html'],
  ])('%s are refused as a whole', async (_, text, code) => {
    const started = performance.now();
    const { batch } = await send(text);
    expect(batch).toMatchObject({ refused: { code }, counts: { received: 0 } });
    expect(performance.now() - started).toBeLessThan(4000);
  });

  it('name the line on which a quote was opened', async () => {
    expect((await send(`${HEAD}${LINE}"x;1\n${LINE}`)).batch.refused).toMatchObject({ line: 3 });
  });

  it('with NUL, too many fields or unusual quotes cost only that row', async () => {
    const done = await send(
      `${HEAD}${LINE}thu\0tuc;1;2;3\na;b;c;d;e\n"thu_tuc.tiep_nhan";"Xã ""Mỹ"" Hòa Hưng";2026-11-25;7\n`,
    );
    expect(verdicts(done).map(({ line, faults }) => [line, faults[0]?.code])).toEqual([
      [3, 'unreadable'],
      [4, 'unreadable'],
      [5, 'unknownArea'],
    ]);
    expect(done.batch.counts.accepted).toBe(1);
  });

  it('count lines of rows that hold line breaks, with either line end', async () => {
    const mapped = await test.addFeed({ format: 'csv', mapping: { columns: { area: 'area' } } });
    const done = await test.send(
      mapped,
      `indicator;area;period;value;note\r\nthu_tuc.tiep_nhan;30307;2026-11-24;1;"a\r\nb"\r\nthu_tuc.tiep_nhan;?;2026-11-24;1;x\r\n`,
    );
    expect(verdicts(done).map(({ row, line }) => [row, line])).toEqual([[2, 4]]);
  });

  it('count lines that end with CR alone, with empty ones between and line breaks in quotes', async () => {
    const mapped = await test.addFeed({ format: 'csv', mapping: { columns: { area: 'area' } } });
    const done = await test.send(
      mapped,
      `indicator;area;period;value;note\r\r\rthu_tuc.tiep_nhan;30307;2026-11-23;1;"a\rb\nc"\rthu_tuc.tiep_nhan;?;2026-11-23;1;x\r`,
    );
    expect(done.batch.counts).toMatchObject({ received: 2, accepted: 1 });
    expect(verdicts(done).map(({ row, line }) => [row, line])).toEqual([[2, 7]]);
    const open = await send(`${HEAD}${LINE}"x;1\n${LINE}`.replaceAll('\n', '\r'));
    expect(open.batch.refused).toMatchObject({ code: 'quoteNotClosed', line: 3 });
  });

  it('name the last of tens of thousands of lines that end with CR alone', async () => {
    const text = `${HEAD}${LINE.repeat(40_000)}`.replaceAll('\n', '\r');
    const { rows } = await formatOf('csv').read(Buffer.from(text), mappingSchema.parse({}), { mostRows: 40_000 });
    expect(rows.at(-1)).toMatchObject({ row: 40_000, line: 40_001 });
  });

  it.each([0, 1])('keep every sign, wherever they are cut to be read (%i)', async (before) => {
    const text = `${'n'.repeat(before)};b\n${'🌊;🌊\n'.repeat(20_000)}`;
    const { rows } = await formatOf('csv').read(Buffer.from(text), mappingSchema.parse({}), { mostRows: 20_000 });
    expect(rows).toHaveLength(20_000);
    for (const { cells } of rows) expect([...cells.values()].join('')).toBe('🌊🌊');
  });
});

describe('JSON', () => {
  it('that is nested too deep is refused before it is parsed', async () => {
    const feed = await test.addFeed();
    const deep = await test.send(feed, `${'['.repeat(2_000_000)}${']'.repeat(2_000_000)}`);
    expect(deep.batch.refused?.code).toBe('tooDeep');
    expect((await test.send(feed, `[{"a": "${'['.repeat(50)}"}]`)).batch.refused).toBeNull();
  });

  it('with names of prototypes changes nothing but is unknown', async () => {
    const feed = await test.addFeed();
    const done = await test.send(
      feed,
      `[{"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}}, "indicator": "thu_tuc.tiep_nhan"}]`,
    );
    expect(codes(done)).toContain('fieldUnknown');
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
    const mapping = mappingSchema.parse({ rowsAt: '__proto__.rows' });
    await expect(formatOf('json').read(Buffer.from('{}'), mapping, { mostRows: 9 })).rejects.toMatchObject({
      code: 'notRows',
    });
    const health = await test.addFeed({ sector: 'y_te' });
    const dims = `[{"indicator":"y_te.ca_benh","area":"30307","period":"2026-11-25","value":1,"dims":{"__proto__":"x"}}]`;
    expect(codes(await test.send(health, dims))).toEqual(['unknownDimension']);
  });

  it('of a row with thousands of members costs only that row', async () => {
    const wide = Object.fromEntries(Array.from({ length: 5000 }, (_, at) => [`a${at}`, 1]));
    const done = await test.send(await test.addFeed(), [wide, good({ period: '2026-11-01' })]);
    expect(done.batch.counts).toMatchObject({ rejected: 1, accepted: 1 });
  });

  it.each([
    ['{"a": }', 6],
    ['[1, 2', 5],
    ['[1 2]', 3],
    ['{"a" 1}', 5],
    ['[1,]', 3],
    ['"a\nb"', 0],
    ['', 0],
    ['[1] x', 4],
    ['{"a": [true, null, -1.5e3, "\\u00e1"]}', null],
  ])('%s is broken at %s', (text, at) => {
    expect(brokenAt(text)).toBe(at);
  });
});

describe('XML', () => {
  it.each(['<!--', '<![CDATA[', '<', '<a b="'])('of a million times %s is refused, and at once', (opener) => {
    const bytes = Buffer.from(`<rss>${opener.repeat(Math.ceil(1_000_000 / opener.length))}`);
    expect(() => safeXml(bytes)).toThrow(expect.objectContaining({ code: 'notXml' }));
  });

  it('has comments, text as it is and instructions that count for no depth', () => {
    const inside = '<!-- <a> > <a> --><![CDATA[<a><a>]]><?x <a ?><b/>';
    expect(() => safeXml(Buffer.from(`<rss>${inside.repeat(200)}</rss>`))).not.toThrow();
    expect(() => safeXml(Buffer.from(`${'<a>'.repeat(100)}x${'</a>'.repeat(100)}`))).toThrow('tooDeep');
  });

  it('with scripts in a text shows none of them', () => {
    expect(plainText('a <SCRIPT src="x">1 < 2</Script>b<style>c</style > d</style>e', 100)).toBe('a b e');
    expect(plainText(`a${'<script>'.repeat(200_000)}`, 100)).toBe('a');
  });
});
