import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { silentLogger } from '#base/log';
import { reportInputSchema } from '#contracts/reports';
import { createFakeClock, type FakeClock } from '../../tests/fakes/clock.ts';
import { type Citizens, createCitizens } from './citizens.ts';
import { createLivedTime } from './departments/lived-time.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
let clock: FakeClock;
let server: Server;
let url: string;
let asked: number;
let sent: unknown[];
let waiting: number;
let citizens: Citizens;

beforeEach(async () => {
  [clock, asked, sent, waiting] = [createFakeClock(), 0, [], 0];
  server = createServer((request, response) => {
    if (request.method === 'GET') {
      asked += 1;
      const services = [{ code: 'cay_do', name: { vi: 'Cây đổ', en: 'Fallen tree' } }];
      return response.end(JSON.stringify({ services, puzzle: 'challenge:8' }));
    }
    let body = '';
    request.on('data', (piece) => (body += String(piece)));
    return request.on('end', () => {
      sent.push(JSON.parse(body));
      response.end('{}');
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  citizens = createCitizens({
    ...{ url: () => url, perHour: 6, clock, log: silentLogger(), random: () => 0.5 },
    communes: () => [{ code: '01', name: 'Xã Bến Tràm', size: 1, latitude: 10.4, longitude: 105.2 }],
    waiting: async () => waiting,
  });
});
afterEach(async () => {
  await citizens.stop();
  server.close();
});

it('writes like a person: with a place, a proof of work and time to type', async () => {
  citizens.start();
  await vi.waitFor(() => {
    clock.advance(HOUR / 4);
    expect(sent.length).toBeGreaterThan(0);
  });
  const { service, text, place, proof } = reportInputSchema.parse(sent[0]);
  expect([service, text.startsWith('Cây đổ '), place?.name]).toEqual(['cay_do', true, 'Xã Bến Tràm']);
  expect(createHash('sha256').update(proof).digest()[0]).toBe(0);
});

it('adds to no pile', async () => {
  waiting = 100;
  citizens.start();
  for (let at = 0; at < 20; at += 1) {
    clock.advance(HOUR / 4);
    await new Promise(setImmediate);
  }
  expect(asked).toBe(0);
});

it('lives faster than we do until it has caught up, and never ahead', () => {
  const lived = createLivedTime(clock, { speed: 60, daysBack: 2 });
  const begunMs = clock.now();
  expect(lived()).toBe(begunMs - 2 * DAY);
  clock.step(HOUR / 2);
  expect(lived()).toBe(begunMs - 2 * DAY + 30 * HOUR);
  clock.step(HOUR);
  expect(lived()).toBe(clock.now());
  expect(createLivedTime(clock, { speed: 1, daysBack: 30 })()).toBe(clock.now());
});
