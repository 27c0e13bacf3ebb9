import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '#base/clock';
import { createLogger, createSecretRegister, silentLogger } from '#base/log';
import { connectRtmp } from '../../tests/fakes/rtmp-client.ts';
import { createRtmpIngest, type RtmpIngest } from './ingest.ts';

const KEY = 'key-of-the-gate-0123456789';
/** A machine with much to do may take its time. */
const SOON = { timeout: 10_000 };
const config = { rtmpHost: '127.0.0.1', rtmpPort: 0, livenessMs: 5000 };

/** Children of this process that run the relay; their command lines, too. */
function relays(): { pid: number; commandLine: string; environment: string }[] {
  return readdirSync(`/proc/${process.pid}/task`)
    .flatMap((task) => readFileSync(`/proc/${process.pid}/task/${task}/children`, 'utf8').trim().split(' '))
    .filter((pid) => pid !== '')
    .map((pid) => ({ pid: Number(pid), commandLine: readFileSync(`/proc/${pid}/cmdline`, 'utf8') }))
    .filter(({ commandLine }) => commandLine.includes('relay-process'))
    .map((relay) => ({ ...relay, environment: readFileSync(`/proc/${relay.pid}/environ`, 'utf8') }));
}

async function publish(ingest: RtmpIngest, key: string) {
  const client = await connectRtmp(ingest.port() ?? 0);
  client.publish('live', key);
  return client;
}

describe('RTMP ingest', () => {
  let ingest: RtmpIngest;
  let lines: string[];
  let said: string[];

  beforeEach(async () => {
    lines = [];
    said = [];
    const log = createLogger({ level: 'debug', secrets: createSecretRegister(), write: (line) => lines.push(line) });
    ingest = createRtmpIngest({ config, log, clock: systemClock, listenPort: 0 });
    ingest.setKeys(new Map([[KEY, 'gate']]));
    ingest.onPublish((cameraId, on) => said.push(`${cameraId} ${on ? 'on' : 'off'}`));
    await ingest.start();
  });
  afterEach(() => ingest.stop());

  it('receives a publisher with the key, and says so', async () => {
    const client = await publish(ingest, KEY);
    await client.until('NetStream.Publish.Start');
    await vi.waitFor(() => expect(said).toEqual(['gate on']), SOON);
    expect(ingest.publishing('gate')).toBe(true);
    expect(ingest.publishing('bridge')).toBe(false);
    client.close();
    await vi.waitFor(() => expect(said).toEqual(['gate on', 'gate off']), SOON);
  });

  it('keeps its process through a tcUrl that is no URL', async () => {
    const [before] = relays();
    const attacker = await connectRtmp(ingest.port() ?? 0);
    attacker.command('connect', { app: 'live', tcUrl: 'no url' });
    await attacker.closed;
    const client = await publish(ingest, KEY);
    await client.until('NetStream.Publish.Start');
    expect(relays().map(({ pid }) => pid)).toEqual([before?.pid]);
    client.close();
  });

  it('comes back on the same port with the same keys when its process is killed', async () => {
    const client = await publish(ingest, KEY);
    await client.until('NetStream.Publish.Start');
    await vi.waitFor(() => expect(said).toEqual(['gate on']), SOON);
    const port = ingest.port();
    const [before] = relays();
    process.kill(before?.pid ?? 0, 'SIGKILL');
    await client.closed;
    await vi.waitFor(() => expect(ingest.port()).toBeNull(), SOON);
    expect(ingest.playUrl('gate')).toBeNull();
    await vi.waitFor(() => expect(ingest.port()).toBe(port), SOON);
    const again = await publish(ingest, KEY);
    await again.until('NetStream.Publish.Start');
    await vi.waitFor(() => expect(said).toEqual(['gate on', 'gate off', 'gate on']), SOON);
    again.close();
  });

  it('cuts a publisher off when its key is taken away', async () => {
    const client = await publish(ingest, KEY);
    await client.until('NetStream.Publish.Start');
    await vi.waitFor(() => expect(ingest.publishing('gate')).toBe(true), SOON);
    ingest.setKeys(new Map([['another-key', 'gate']]));
    await client.closed;
    await vi.waitFor(() => expect(said).toEqual(['gate on', 'gate off']), SOON);
  });

  it('shows neither key nor read secret in arguments, environment or log', async () => {
    const client = await publish(ingest, 'a-wrong-key-of-somebody');
    await client.closed;
    await vi.waitFor(() => expect(lines.join('')).toContain('unknown stream key'), SOON);
    const secret = /read=(.+)$/.exec(ingest.playUrl('gate') ?? '')?.[1] ?? '';
    expect(secret).toMatch(/^[0-9a-f]{64}$/);
    const seen = [...lines, ...relays().flatMap(({ commandLine, environment }) => [commandLine, environment])].join();
    for (const hidden of [secret, KEY, 'a-wrong-key-of-somebody']) expect(seen).not.toContain(hidden);
  });

  it('leaves no process behind', async () => {
    expect(relays()).toHaveLength(1);
    await ingest.stop();
    expect(relays()).toEqual([]);
  });
});

describe('RTMP ingest that cannot start', () => {
  it('says that the port is in use, and leaves no process', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const address = other.address();
    const rtmpPort = typeof address === 'object' && address !== null ? address.port : 0;
    const ingest = createRtmpIngest({ config: { ...config, rtmpPort }, log: silentLogger(), clock: systemClock });
    await expect(ingest.start()).rejects.toMatchObject({
      kind: 'unavailable',
      code: 'rtmp.portInUse',
      message: `another program receives on 127.0.0.1:${rtmpPort} (cameras.rtmpHost, cameras.rtmpPort): RTMP cannot be received there`,
    });
    await ingest.stop();
    expect(relays()).toEqual([]);
    other.close();
  });

  it('is off with port 0', async () => {
    const ingest = createRtmpIngest({ config, log: silentLogger(), clock: systemClock });
    await ingest.start();
    expect([ingest.port(), ingest.playUrl('gate'), relays()]).toEqual([null, null, []]);
    await ingest.stop();
  });
});
