import { beforeEach, expect, it } from 'vitest';
import { type Every, indicatorInputSchema } from '#contracts/sectors';
import { createFakeClock } from '../../../tests/fakes/clock.ts';
import type { OpenRow } from '../../sectors/open-data/series.ts';
import type { Call, Route } from '../route.ts';
import { openDataRoutes } from './open-data.ts';

const at = (text: string): number => Date.parse(`${text}+07:00`);
const clock = createFakeClock(at('2026-11-26T09:00:30'));
const signal = new AbortController().signal;
const row: OpenRow = { freq: 'D', area: '91', period: '2026-11-25', value: 3, status: 'A', confidentiality: 'F' };

let read: { fromMs: number; toMs: number }[];
let limited: string[];
let routes: readonly Route[];
beforeEach(() => {
  read = [];
  limited = [];
  const words = { vi: 'x', en: 'x' };
  const indicators = (['minute', 'day', 'month'] as const).map((every: Every) => ({
    ...indicatorInputSchema.parse({ name: words, unit: words, kind: 'flow', cadence: { every } }),
    ...{ code: `y_te.${every.toLowerCase()}`, sector: 'y_te' },
  }));
  routes = openDataRoutes({
    ...{ indicators: () => indicators, areaCount: () => 103, timeZone: 'Asia/Ho_Chi_Minh', clock },
    catalogue: () => ({ publisher: '', sectors: [], newestMs: () => null, bounds: null, synthetic: false }),
    series: async (_, range) => {
      read.push(range);
      return [row];
    },
    limit: (address) => void limited.push(address),
    url: () => 'https://tamnhin.test',
  });
});

async function get(indicator: string, asked: Record<string, string> = {}, format = 'csv'): Promise<string> {
  const route = routes.find(({ name }) => name === `GET /open/indicators/:indicator.${format}`);
  if (route === undefined) throw new Error('no such route');
  let body = '';
  const response = { writeHead: () => undefined, end: (written: Buffer) => (body = String(written)) };
  const query = route.query?.parse(asked);
  const call = { params: { indicator }, query, response, signal, client: { address: '10.0.0.1' } };
  // What a handler reads of a call; the door has its own tests.
  await route.handle(call as unknown as Call<unknown, unknown, unknown>);
  return body;
}

it('days are those of the province', async () => {
  expect(await get('y_te.day', { from: '2026-11-25', to: '2026-11-25' })).toContain('D,y_te.day,91,2026-11-25,3,A,F');
  expect(read).toEqual([{ fromMs: at('2026-11-25T00:00'), toMs: at('2026-11-26T00:00') }]);
  expect(limited).toEqual(['10.0.0.1']);
});

it('a range goes by how often there is a value, and says how long it may be', async () => {
  for (const code of ['y_te.minute', 'y_te.day', 'y_te.month']) await get(code);
  expect(read.map(({ fromMs, toMs }) => (toMs - fromMs) / 86_400_000)).toEqual([1, 366, 3660]);
  await expect(get('y_te.minute', { from: '2026-11-20', to: '2026-11-25' })).rejects.toMatchObject({
    ...{ code: 'openData.range', message: 'ask for at most 1 days of this indicator' },
  });
  await expect(get('y_te.day', { from: '2026-11-25', to: '2026-11-20' })).rejects.toMatchObject({
    code: 'openData.range',
  });
});

it('who asks for the same within a minute gets the same answer', async () => {
  const [one, other] = await Promise.all([get('y_te.day'), get('y_te.day')]);
  expect([one, await get('y_te.day')]).toEqual([other, other]);
  expect(read).toHaveLength(1);
  expect(JSON.parse(await get('y_te.day', {}, 'json'))).toMatchObject({ indicator: 'y_te.day', rows: [row] });
});
