import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { io, type Socket } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { systemClock } from '#base/clock';
import { silentLogger } from '#base/log';
import type { TamnhinEvent } from '#contracts/events';
import type { ClientToServer, ServerToClient } from '#contracts/socket';
import { createEventLog } from '../../server/events/event-log.ts';
import { createSqliteDatabase } from '../../server/store/sqlite.ts';
import { type House, openHouse } from '../architecture/house.ts';

const PER_MINUTE = 10_000;
const SECONDS = Number(process.env.TAMNHIN_TEST_EVENT_SECONDS ?? 12);
const CONSOLES = 50;

type Line = Socket<ServerToClient, ClientToServer>;
type Missed = Parameters<Parameters<ClientToServer['event:resume']>[1]>[0];

describe('ten thousand events a minute', () => {
  let house: House;
  let headers: Record<string, string>;
  beforeAll(async () => {
    house = await openHouse();
    await house.person('console', [{ role: 'operator', scope: house.scopes.all }]);
    headers = { ...(await house.signIn('console', () => true)).headers };
  });
  afterAll(() => house.close());

  /** What a console holds: the numbers in the order in which they came. */
  async function connect(): Promise<{ line: Line; heard: number[]; dropped: () => boolean }> {
    const line: Line = io(house.url, {
      transports: ['websocket'],
      extraHeaders: headers,
      reconnection: false,
      forceNew: true,
    });
    const heard: number[] = [];
    let dropped = false;
    line.on('event:appended', ({ sequence }) => void heard.push(sequence));
    line.on('disconnect', () => {
      dropped = true;
    });
    await new Promise<void>((connected, failed) => {
      line.once('connect', connected);
      line.once('connect_error', failed);
    });
    return { line, heard, dropped: () => dropped };
  }

  /** Stops reading, as a console does whose machine hangs: the line stays open. */
  function freeze(line: Line): () => void {
    const transport: unknown = Reflect.get(line.io.engine, 'transport');
    const ws: unknown = typeof transport === 'object' && transport !== null ? Reflect.get(transport, 'ws') : undefined;
    if (typeof ws !== 'object' || ws === null || !('pause' in ws) || !('resume' in ws)) throw new Error('no WebSocket');
    const { pause, resume } = ws;
    if (typeof pause !== 'function' || typeof resume !== 'function') throw new Error('no WebSocket');
    pause.call(ws);
    return () => resume.call(ws);
  }

  it('reach fifty consoles whole and in order; one that hangs costs only itself, one that comes back misses nothing', async () => {
    const consoles = await Promise.all(Array.from({ length: CONSOLES }, connect));
    const [slow, leaving, ...steady] = consoles;
    if (slow === undefined || leaving === undefined) throw new Error('no consoles');
    const first = (await house.events.newest()) + 1;
    const accepted: Promise<TamnhinEvent>[] = [];
    const total = Math.round((PER_MINUTE / 60) * SECONDS);
    const begun = performance.now();
    let thaw = (): void => {};
    let lastHeard = 0;
    while (accepted.length < total) {
      const due = Math.min(total, Math.floor(((performance.now() - begun) / 60_000) * PER_MINUTE));
      for (; accepted.length < due; ) {
        const cameraId = accepted.length % 2 === 0 ? house.inside.id : house.outside.id;
        accepted.push(
          house.events.append({
            type: 'vn.tamnhin.camera.changed',
            timeMs: Date.now(),
            severity: 'minor',
            cameraId,
            data: { name: 'x'.repeat(600) },
          }),
        );
      }
      if (accepted.length > total / 4 && lastHeard === 0) {
        thaw = freeze(slow.line);
        lastHeard = leaving.heard.at(-1) ?? first;
        leaving.line.disconnect();
      }
      await new Promise((next) => setTimeout(next, 20));
    }
    const stored = (await Promise.all(accepted)).map(({ sequence }) => sequence);
    expect(stored).toEqual(Array.from({ length: total }, (_, at) => first + at));

    const last = stored.at(-1);
    await vi.waitFor(() => expect(steady.every(({ heard }) => heard.at(-1) === last)).toBe(true), 10_000);
    for (const { heard } of steady) expect(heard).toEqual(stored);

    // The one that left asks for what it missed, from the last that it has.
    const back = await connect();
    const missed: Missed = await back.line.timeout(10_000).emitWithAck('event:resume', { sequence: lastHeard });
    expect(missed.complete).toBe(true);
    expect([...leaving.heard, ...missed.events.map(({ sequence }) => sequence)]).toEqual(stored);

    // The one that hung was let go while it hung, and so can come back like the other.
    thaw();
    await vi.waitFor(() => expect(slow.dropped()).toBe(true), 10_000);
    expect(slow.heard).toEqual(stored.slice(0, slow.heard.length));
    const again = await connect();
    const rest: Missed = await again.line
      .timeout(10_000)
      .emitWithAck('event:resume', { sequence: slow.heard.at(-1) ?? first });
    expect(rest.complete).toBe(true);
    expect([...slow.heard, ...rest.events.map(({ sequence }) => sequence)]).toEqual(stored);
    for (const { line } of [...consoles, back, again]) line.disconnect();
  });
});

describe('a program that is killed', () => {
  const KILLS = 4;
  let work: string;
  beforeAll(async () => {
    work = await mkdtemp(join(tmpdir(), 'tamnhin-event-kill-'));
  });
  afterAll(() => rm(work, { recursive: true, force: true }));

  it('has lost no event that it had accepted, and goes on behind it', async () => {
    const root = resolve(import.meta.dirname, '../..');
    const program = join(root, 'tests/fakes/event-program.ts');
    let kept = 0;
    for (let kill = 0; kill < KILLS; kill += 1) {
      const child = spawn(process.execPath, ['--conditions=source', '--import', 'tsx', program, work], {
        cwd: root,
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const accepted = new Map<number, string>();
      const lines = createInterface({ input: child.stdout });
      const closed = once(lines, 'close');
      const exited = once(child, 'exit');
      try {
        const enough = 200 + Math.floor(Math.random() * 200);
        await new Promise<void>((reached) => {
          lines.on('line', (line) => {
            const [sequence, name = ''] = line.split(' ');
            accepted.set(Number(sequence), name);
            if (accepted.size === enough) reached();
          });
        });
      } finally {
        child.kill('SIGKILL');
      }
      await Promise.all([closed, exited]);

      const database = await createSqliteDatabase({
        path: join(work, 'tamnhin.db'),
        clock: systemClock,
        log: silentLogger(),
      });
      const events = createEventLog({ database, log: silentLogger() });
      const found = new Map<number, string>();
      for (let after = kept; ; ) {
        const page = await events.query({ after, limit: 500 });
        for (const { sequence, data } of page) found.set(sequence, 'name' in data ? data.name : '');
        const last = page.at(-1);
        if (last === undefined) break;
        after = last.sequence;
      }
      for (const [sequence, name] of accepted) expect([sequence, found.get(sequence)]).toEqual([sequence, name]);
      // Without gaps, and in the order of asking.
      const numbers = [...found.keys()];
      expect(numbers).toEqual(numbers.map((_, at) => kept + 1 + at));
      expect([...found.values()]).toEqual(numbers.map((_, at) => String(at + 1)));
      kept = await events.newest();
      await events.close();
      await database.close();
    }
  });
});
