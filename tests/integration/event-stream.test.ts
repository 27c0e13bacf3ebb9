import { get, type IncomingMessage, request } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type House, openHouse } from '../architecture/house.ts';

/** The event stream as a program reads it: by token and by session, over cuts, by numbers. */
let house: House;
let token: Readonly<Record<string, string>>;
const open = new Set<() => void>();
beforeAll(async () => {
  house = await openHouse();
  token = (await house.token('reader', ['event.read'], [house.scopes.all], () => true)).headers;
});
afterEach(() => {
  for (const close of open) close();
  open.clear();
});
afterAll(() => house.close());

interface Frame {
  readonly id: string;
  readonly event: string;
  readonly data: { subject?: string; sequence?: string; specversion: string; data: { name: string } };
}

async function connect(headers: Readonly<Record<string, string>>, query = '') {
  const frames: Frame[] = [];
  /** Each that came, with an event or without. */
  const ids: number[] = [];
  let text = '';
  const reply = await new Promise<IncomingMessage>((resolve, reject) => {
    get(new URL(`/api/events/stream${query}`, house.url), { headers }, resolve).once('error', reject);
  });
  let ended = false;
  reply.on('close', () => {
    ended = true;
  });
  reply.on('error', () => {});
  reply.on('data', (chunk) => {
    text += String(chunk);
    const parts = text.split('\n\n');
    text = parts.pop() ?? '';
    for (const part of parts) {
      const fields = Object.fromEntries(
        part.split('\n').map((line) => [line.split(': ')[0], line.slice(line.indexOf(': ') + 2)]),
      );
      if (fields.id !== undefined) ids.push(Number(fields.id));
      if (fields.data !== undefined) {
        frames.push({ id: fields.id ?? '', event: fields.event ?? '', data: JSON.parse(fields.data) });
      }
    }
  });
  open.add(() => reply.destroy());
  return { reply, frames, ids, isOver: () => ended, close: () => reply.destroy() };
}
const append = (name: string, cameraId: string | null = null) =>
  house.events.append({
    type: 'vn.tamnhin.camera.changed',
    timeMs: Date.now(),
    severity: 'minor',
    cameraId,
    data: { name },
  });
const names = (frames: readonly Frame[]): string[] => frames.map(({ data }) => data.data.name);

describe('the event stream', () => {
  it('tells what happens from now on as CloudEvents', async () => {
    await append('before');
    const { reply, frames } = await connect(token);
    expect(reply.headers['content-type']).toMatch('text/event-stream');
    const { sequence } = await append('after', house.inside.id);
    await vi.waitFor(() => expect(names(frames)).toEqual(['after']));
    expect(frames[0]).toMatchObject({
      id: String(sequence),
      event: 'vn.tamnhin.camera.changed',
      data: { specversion: '1.0', subject: house.inside.id, sequence: String(sequence).padStart(20, '0') },
    });
  });

  it('goes on where it was cut, without gap and without anything twice', async () => {
    const heard: string[] = [];
    let last: string | undefined;
    let sent = 0;
    const sending = (async () => {
      for (; sent < 600; sent += 1) await append(`n${sent}`);
    })();
    const first = await house.events.newest();
    last = String(first);
    for (let cut = 0; heard.length < 600 && cut < 100; cut += 1) {
      const { frames, close } = await connect({ ...token, 'last-event-id': last ?? '' });
      await vi.waitFor(() => expect(frames.length).toBeGreaterThan(0), 5000);
      close();
      heard.push(...names(frames));
      last = frames.at(-1)?.id ?? last;
      if (heard.at(-1) === 'n599') break;
    }
    await sending;
    const from = Number(heard[0]?.slice(1));
    expect(heard).toEqual(Array.from({ length: 600 - from }, (_, at) => `n${at + from}`));
  });

  it('tells at the beginning where to go on, also to who hears no event', async () => {
    const { sequence } = await append('before');
    const fresh = await connect(token);
    const back = await connect({ ...token, 'last-event-id': String(sequence - 1) });
    await vi.waitFor(() => expect(back.ids).toEqual([sequence - 1, sequence]));
    expect([fresh.ids, fresh.frames]).toEqual([[sequence], []]);
  });

  it('tells each reader what they may see, and narrows as asked', async () => {
    await house.person('officer', [{ role: 'operator', scope: house.scopes.group }]);
    const session = (await house.signIn('officer', () => true)).headers;
    const scoped = await connect(session);
    const severe = await connect(token, '?severity=severe');
    const types = await connect(token, '?types=vn.tamnhin.system.started,vn.tamnhin.camera.changed');
    await append('outside', house.outside.id);
    await append('inside', house.inside.id);
    await vi.waitFor(() => expect(names(types.frames)).toEqual(['outside', 'inside']));
    await vi.waitFor(() => expect(names(scoped.frames)).toEqual(['inside']));
    expect(severe.frames).toEqual([]);
    const wrong = await fetch(new URL('/api/events/stream?types=nothing', house.url), { headers: { ...token } });
    expect(wrong.status).toBe(400);
  });

  it('ends with the session or the token that it stands on', async () => {
    const { headers } = await house.token('short', ['event.read'], [house.scopes.all], () => true);
    const { isOver } = await connect(headers);
    const known = (await house.access.tokens.list()).find(({ name }) => name === 'short');
    await house.access.tokens.remove({ kind: 'system' }, known?.id ?? '');
    await vi.waitFor(() => expect(isOver()).toBe(true), 5000);
  });

  it('says what is gone already', async () => {
    for (let at = 0; at < 3; at += 1) await append(String(at));
    await house.database.run('DELETE FROM events WHERE sequence < (SELECT MAX(sequence) FROM events)');
    const { frames } = await connect({ ...token, 'last-event-id': '1' });
    await vi.waitFor(() => expect(frames.map(({ event }) => event)).toEqual(['gap', 'vn.tamnhin.camera.changed']));
  });

  it('costs a bounded number of places, and gives them back', async () => {
    const lines = await Promise.all(Array.from({ length: 50 }, () => connect(token)));
    expect(lines.every(({ reply }) => reply.statusCode === 200)).toBe(true);
    const full = await fetch(new URL('/api/events/stream', house.url), { headers: { ...token } });
    expect([full.status, full.headers.get('retry-after')]).toEqual([503, '30']);
    for (const { close } of lines) close();
    await vi.waitFor(async () => {
      const { reply, close } = await connect(token);
      close();
      expect(reply.statusCode).toBe(200);
    }, 5000);
  });

  it('keeps a reader that does not read out of memory', { timeout: 40_000 }, async () => {
    const reply = await new Promise<IncomingMessage>((resolve) => {
      request(new URL('/api/events/stream', house.url), { headers: token }, resolve).end();
    });
    open.add(() => reply.destroy());
    reply.pause();
    const steady = await connect(token);
    const before = process.memoryUsage().rss;
    const text = 'x'.repeat(10_000);
    for (let at = 0; at < 3000; at += 100) {
      await Promise.all(Array.from({ length: 100 }, () => append(text)));
    }
    await vi.waitFor(() => expect(steady.frames.length).toBe(3000), 20_000);
    expect(process.memoryUsage().rss - before).toBeLessThan(400 * 2 ** 20);
  });
});
