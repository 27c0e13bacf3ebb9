import { io, type Socket } from 'socket.io-client';
import { silentLogger } from '#base/log';
import type { ClientToServer, ServerToClient } from '#contracts/socket';
import { createEventLog } from '../../server/events/event-log.ts';
import { searchEvents } from '../../server/events/event-search.ts';
import { openHouse } from '../architecture/house.ts';
import { createTemporaryDatabase } from '../fakes/database.ts';
import { percentile, round, say, table } from './figures.ts';

const PER_MINUTE = 10_000;
const SECONDS = 20;
const CONSOLES = 50;
const FLOOD = 20_000;
const CAMERAS = 1000;
const SEARCHES = 200;

/**
 * Events told: ten thousand a minute for twenty seconds, appended in one process with the doors, to fifty consoles over
 * WebSocket in that same process; ms from `append` being called to the message being in the hands of one of them, and to
 * `append` having resolved. Then as many as go: twenty thousand at once, at most five thousand waiting, no consoles.
 */
export async function benchEvents(): Promise<void> {
  const house = await openHouse();
  const told: number[] = [];
  const stored: number[] = [];
  const lines: Socket<ServerToClient, ClientToServer>[] = [];
  try {
    await house.person('bench', [{ role: 'operator', scope: house.scopes.all }]);
    const { headers } = await house.signIn('bench', () => true);
    for (let at = 0; at < CONSOLES; at += 1) {
      const line: Socket<ServerToClient, ClientToServer> = io(house.url, {
        transports: ['websocket'],
        extraHeaders: { ...headers },
        forceNew: true,
      });
      await new Promise<void>((resolve) => line.once('connect', resolve));
      lines.push(line);
    }
    // The last of all: the others have been written to before it.
    lines.at(-1)?.on('event:appended', (event) => {
      if ('name' in event.data) told.push(performance.now() - Number(event.data.name));
    });
    const append = async (): Promise<void> => {
      const begun = performance.now();
      await house.events.append({
        type: 'vn.tamnhin.camera.changed',
        timeMs: Date.now(),
        severity: 'minor',
        cameraId: house.inside.id,
        data: { name: String(begun) },
      });
      stored.push(performance.now() - begun);
    };
    const total = (PER_MINUTE / 60) * SECONDS;
    const cpu = process.cpuUsage();
    const begun = performance.now();
    for (let sent = 0; sent < total; ) {
      const due = Math.min(total, ((performance.now() - begun) / 60_000) * PER_MINUTE);
      for (; sent < due; sent += 1) void append();
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    while (told.length < Math.floor(total)) await new Promise((resolve) => setTimeout(resolve, 50));
    const { user, system } = process.cpuUsage(cpu);
    const row = (what: string, times: readonly number[]) => ({
      what,
      events: times.length,
      'p50 ms': round(percentile(times, 0.5)),
      'p95 ms': round(percentile(times, 0.95)),
      'longest ms': round(Math.max(...times)),
    });
    say(`\n## ${PER_MINUTE} events a minute to ${CONSOLES} consoles\n`);
    say(table([row('stored', stored), row(`at console ${CONSOLES}`, told)]));
    say(`CPU with all consoles in the process: ${round((user + system) / 1000 / SECONDS)} ms each second`);
  } finally {
    for (const line of lines) line.disconnect();
    await house.close();
  }
  await benchFlood();
}

async function benchFlood(): Promise<void> {
  const database = await createTemporaryDatabase();
  const events = createEventLog({ database, log: silentLogger() });
  const begun = performance.now();
  for (let sent = 0; sent < FLOOD; sent += 5000) {
    const batch = Array.from({ length: 5000 }, (_, at) =>
      events.append({
        type: 'vn.tamnhin.camera.changed',
        timeMs: Date.now(),
        severity: 'minor',
        cameraId: `camera-${at % CAMERAS}`,
        data: { name: 'x'.repeat(400) },
      }),
    );
    await Promise.all(batch);
  }
  say(`Stored at most: ${round(FLOOD / ((performance.now() - begun) / 1000), 0)} events a second`);
  await events.close();
  await database.close();
}

/**
 * Searches in an invented log of TAMNHIN_BENCH_EVENTS events (a million when left out) of a thousand cameras over ten
 * types, of which two are rare; ms of a page of a hundred, of two hundred searches each. What a search costs depends on the
 * depth of the index and not on the length of the table, so ten million should differ by little: say so to who asks. Then
 * who follows the log and comes back to it, and events appended to so many, one after another.
 */
export async function benchSearch(): Promise<void> {
  const count = Number(process.env.TAMNHIN_BENCH_EVENTS ?? 1_000_000);
  const database = await createTemporaryDatabase();
  const log = createEventLog({ database, log: silentLogger(), keep: 2 * count });
  try {
    const begun = performance.now();
    await inventEvents(database, count);
    const filledS = (performance.now() - begun) / 1000;
    const many = Array.from({ length: CAMERAS / 2 }, (_, at) => `camera-${at * 2}`);
    const few = many.slice(0, 20);
    const sees = (cameras: readonly string[]) => {
      const set = new Set(cameras);
      return { cameras, visible: (id: string | null) => id === null || set.has(id) };
    };
    const rare = ['vn.tamnhin.detection.abandoned'] as const;
    const usual = ['vn.tamnhin.detection.line', 'vn.tamnhin.detection.zone'] as const;
    const moment = (): number => Math.floor(Math.random() * count) * 60;
    const page = { limit: 100 };
    const searches = {
      'newest, all': () => ({ ...page, before: Math.floor(Math.random() * count) + 1 }),
      'a rare type': () => ({ ...page, types: rare, before: Math.floor(Math.random() * count) + 1 }),
      'two types, in a range': () => ({ ...page, types: usual, fromMs: 0, toMs: moment() }),
      'extreme only': () => ({ ...page, severity: 'extreme' as const, before: Math.floor(Math.random() * count) + 1 }),
      'of a camera, a rare type': () => ({ ...page, types: rare, cameraId: `camera-${moment() % CAMERAS}` }),
      'of a camera, in a range': () => ({
        ...page,
        cameraId: `camera-${moment() % CAMERAS}`,
        fromMs: 0,
        toMs: moment(),
      }),
      'of a camera, two types, in a range': () => ({
        ...page,
        cameraId: `camera-${moment() % CAMERAS}`,
        types: usual,
        fromMs: 0,
        toMs: moment(),
      }),
      'of a rule': () => ({ ...page, ruleId: `rule-${moment() % 500}` }),
      'by who sees 20 cameras': () => ({ ...page, ...sees(few), before: Math.floor(Math.random() * count) + 1 }),
      'by who sees 500 cameras': () => ({ ...page, ...sees(many), before: Math.floor(Math.random() * count) + 1 }),
      'a rare type, 20 cameras': () => ({ ...page, ...sees(few), types: rare }),
      'a rare type, 500 cameras': () => ({ ...page, ...sees(many), types: rare }),
    };
    const rows = [];
    const anywhere = (): number => Math.floor(Math.random() * (count - 1000));
    const looks: Record<string, () => Promise<number>> = Object.fromEntries(
      Object.entries(searches).map(([what, make]) => [
        what,
        async () => (await searchEvents(database, make())).events.length,
      ]),
    );
    looks['followed from anywhere, all'] = async () => (await log.follow(anywhere(), page)).events.length;
    looks['followed from anywhere, 500 cameras'] = async () =>
      (await log.follow(anywhere(), { ...page, ...sees(many) })).events.length;
    looks['resumed, 200 missed'] = async () => (await log.resume(count - 200, 500, () => true)).events.length;
    looks['resumed, 200 missed, 20 cameras'] = async () =>
      (await log.resume(count - 200, 500, sees(few).visible, few)).events.length;
    looks['a day of a camera, thinned'] = async () => {
      const fromMs = anywhere() * 60;
      return (await log.thinned(`camera-${moment() % CAMERAS}`, { fromMs, toMs: fromMs + 86_400_000, pieces: 500 }))
        .length;
    };
    // Last: they move the newest.
    looks.appended = async () => {
      const data = { name: 'x'.repeat(400) };
      await log.append({
        type: 'vn.tamnhin.camera.changed',
        timeMs: Date.now(),
        severity: 'minor',
        cameraId: 'c',
        data,
      });
      return 1;
    };
    for (const [what, look] of Object.entries(looks)) {
      const times: number[] = [];
      let found = 0;
      for (let at = 0; at < SEARCHES; at += 1) {
        const begun = performance.now();
        found += await look();
        times.push(performance.now() - begun);
      }
      rows.push({
        what,
        found: round(found / SEARCHES),
        'p50 ms': round(percentile(times, 0.5)),
        'p99 ms': round(percentile(times, 0.99)),
        'longest ms': round(Math.max(...times)),
      });
    }
    say(`\n## Searches in ${count} events, filled in ${round(filledS)} s\n`);
    say(table(rows));
  } finally {
    await log.close();
    await database.close();
  }
}

/** The indexes are made once the table is full, which takes a fifth of the time; they are as deep as if they had grown. */
async function inventEvents(
  database: Awaited<ReturnType<typeof createTemporaryDatabase>>,
  count: number,
): Promise<void> {
  const STEP = 50_000;
  const indexes = await database.all<{ name: string; sql: string }>(
    "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'events' AND sql IS NOT NULL",
  );
  for (const { name } of indexes) await database.run(`DROP INDEX ${name}`);
  for (let from = 0; from < count; from += STEP) {
    await database.run(
      `WITH RECURSIVE n (n) AS (SELECT CAST(? AS INTEGER) + 1 UNION ALL SELECT n + 1 FROM n WHERE n < CAST(? AS INTEGER))
       INSERT INTO events (sequence, id, type, time_ms, severity, camera_id, data, rule_id)
       SELECT n, 'event-' || n,
         CASE WHEN n % 1999 = 0 THEN 'vn.tamnhin.detection.abandoned'
           WHEN n % 997 = 0 THEN 'vn.tamnhin.picture.covered'
           WHEN n % 3 = 0 THEN 'vn.tamnhin.detection.line'
           WHEN n % 3 = 1 THEN 'vn.tamnhin.detection.zone'
           ELSE 'vn.tamnhin.camera.down' END,
         n * 60 - (n * 7919) % 5000 + 5000,
         CASE WHEN n % 1009 = 0 THEN 'extreme' WHEN n % 7 = 0 THEN 'severe' ELSE 'minor' END,
         CASE WHEN n % 5003 = 0 THEN NULL ELSE 'camera-' || ((n * 31) % ${CAMERAS}) END,
         '{"ruleId":"rule-' || (n % 500) || '","ruleName":"Gate","label":"person","path":[],"pictures":null}',
         CASE WHEN n % 3 < 2 THEN 'rule-' || (n % 500) END
       FROM n`,
      from,
      Math.min(count, from + STEP),
    );
  }
  for (const { sql } of indexes) await database.run(sql);
}
