import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '#base/clock';
import type { Database } from '#base/database';
import { silentLogger } from '#base/log';
import { eachPacket } from '#base/rtp/packets';
import type { TlsIdentity } from '#base/rtsp/listener';
import { createSecretBox } from '#base/secrets';
import { auditQuerySchema, type TokenCreated, tokenInputSchema } from '#contracts/http';
import { createRtspClient } from '../../camera-adapters/rtsp/session.ts';
import { accessSection } from '../../config/sections/access.ts';
import { liveSection } from '../../config/sections/live.ts';
import { rtspOutSection } from '../../config/sections/rtsp-out.ts';
import { type Access, createAccess } from '../../server/access/access.ts';
import { SYSTEM } from '../../server/access/actor.ts';
import { cameraTarget } from '../../server/access/can.ts';
import { createRtspGate } from '../../server/http/rtsp-gate.ts';
import { createHub, type Hub } from '../../server/restream/hub.ts';
import { createRtspOut, type RtspOut } from '../../server/restream/rtsp-out/rtsp-out.ts';
import { type Clip, makeClip, playClip } from '../fakes/clip-camera.ts';
import { createTemporaryDatabase } from '../fakes/database.ts';
import { freePort } from '../fakes/free-port.ts';
import { pictureBytes } from '../fakes/picture-bytes.ts';
import { openRtspPlayer, type RtspPlayer } from '../fakes/rtsp-player.ts';

/** Live streams by RTSP, judged by FFmpeg, and who may have them. */
const clock = systemClock;
const log = silentLogger();
const run = promisify(execFile);
const KEY = { cameraId: 'pier', role: 'main' } as const;

let folder: string;
let identity: TlsIdentity;
let clips: Readonly<Record<'libx264' | 'libx265', Clip>>;
let database: Database;
let access: Access;
let hub: Hub;
let out: RtspOut;
const savedListeners = new Set<() => void>();
let groupId: string;
const players: RtspPlayer[] = [];
const stops: (() => void)[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tamnhin-rtsp-out-'));
  const [libx264, libx265] = await Promise.all([makeClip({ seconds: 12 }), makeClip({ seconds: 6, codec: 'libx265' })]);
  clips = { libx264, libx265 };
  identity = await ownCertificate(folder);
}, 30_000);
afterAll(() => rm(folder, { recursive: true }));

beforeEach(async () => {
  groupId = 'harbour';
  database = await createTemporaryDatabase();
  access = await createAccess({
    ...{ database, clock, log, groupsAbove: (group: string) => [group] },
    config: accessSection.parse({ adminPassword: 'đèn biển Vũng Tàu' }),
    secretBox: createSecretBox(new Uint8Array(32).fill(3)),
    passwordCost: 2 ** 10,
  });
  hub = createHub({ config: liveSection.parse({}), clock, log });
  const [port, tlsPort] = [await freePort(), await freePort()];
  out = createRtspOut({
    ...{ hub, clock, log, tls: identity, nameOf: () => 'Bến tàu' },
    config: rtspOutSection.parse({ port, tlsPort, maxPlayers: 2 }),
    gate: createRtspGate({
      ...{ access, log, knows: (id: string) => id === 'pier' },
      register: {
        target: (id) => cameraTarget({ id, groupId }, (group) => [group]),
        onSaved(listener) {
          const told = listener as () => void;
          savedListeners.add(told);
          return () => savedListeners.delete(told);
        },
      },
    }),
  });
  await out.listen();
});

afterEach(async () => {
  for (const stop of stops.splice(0)) stop();
  for (const player of players.splice(0)) player.close();
  await out.close();
  hub.close();
  await access.close();
  await database.close();
  expect(savedListeners.size).toBe(0);
});

/** A certificate of our own, for `camera.house`. */
async function ownCertificate(where: string): Promise<TlsIdentity> {
  const [key, cert] = [join(where, 'key.pem'), join(where, 'cert.pem')];
  const words =
    'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=camera.house -addext subjectAltName=DNS:camera.house';
  await run('openssl', [...words.split(' '), '-keyout', key, '-out', cert]);
  return { key: await readFile(key), cert: await readFile(cert) };
}

const url = (path = 'pier/main'): string => `rtsp://127.0.0.1:${out.port}/${path}`;

function token(change: object = {}): Promise<TokenCreated> {
  const input = { name: 'VMS', permissions: ['camera.view'], scopes: [{ kind: 'all' }], days: 1, ...change };
  return access.tokens.create(SYSTEM, tokenInputSchema.parse(input));
}

async function playerOf({ token: { id }, streamPassword }: TokenCreated): Promise<RtspPlayer> {
  const player = await openRtspPlayer(out.port ?? 0, { username: id, password: streamPassword ?? '' });
  players.push(player);
  return player;
}

/** All of a clip, in the last seconds. */
function fill(clip: Clip): void {
  stops.push(playClip(clip, hub.sinkFor(KEY), { atOnceSeconds: 60 }));
}

describe('RTSP out', () => {
  it.each(['libx264', 'libx265'] as const)('gives FFmpeg every picture of %s as it is in the hub', async (codec) => {
    const clip = clips[codec];
    stops.push(playClip(clip, hub.sinkFor(KEY), { atOnceSeconds: 1.5 }));
    const { token: made, streamPassword } = await token();
    const copy = join(folder, `${codec}.mp4`);
    const login = url().replace('://', `://${made.id}:${streamPassword}@`);
    const words = `-loglevel error -rtsp_transport tcp -i ${login} -frames:v 40 -c copy -movflags frag_keyframe+empty_moov+default_base_moof -y`;
    const { stderr } = await run('ffmpeg', [...words.split(' '), copy], { timeout: 15_000 });
    expect(stderr).toBe('');
    const seen = await readFile(copy);
    const source = clip.fragments.flatMap(({ bytes }) => pictureBytes(bytes, clip.info.init));
    const pictures = pictureBytes(seen, seen);
    const first = source.indexOf(pictures[0] ?? '');
    expect(first % 25).toBe(0);
    expect(pictures).toEqual(source.slice(first, first + 40));
  });

  it('gives the same encrypted, with the certificate of the house', async () => {
    stops.push(playClip(clips.libx264, hub.sinkFor(KEY), { atOnceSeconds: 1.5 }));
    const made = await token();
    const secure = connectTls({ port: out.tlsPort ?? 0, servername: 'camera.house', ca: identity.cert });
    await once(secure, 'secureConnect');
    expect(secure.authorized).toBe(true);
    secure.destroy();

    const enough = new AbortController();
    const seen: string[] = [];
    await createRtspClient({ clock, log, readTimeoutMs: 5000 }).run({
      url: `rtsps://127.0.0.1:${out.tlsPort}/pier/main`,
      ...{ serverName: null, transport: 'tcp', signal: enough.signal },
      credentials: { username: made.token.id, password: made.streamPassword ?? '' },
      choose(tracks) {
        const packet = (): void => {
          if (!enough.signal.aborted) seen.push(`${tracks[0]?.encoding} ${out.players}`);
          enough.abort();
        };
        return new Map(tracks.map((track) => [track, { packet, senderReport: () => {} }]));
      },
    });
    expect(seen).toEqual(['H264 1']);

    const login = `rtsps://${made.token.id}:${made.streamPassword}@127.0.0.1:${out.tlsPort}/pier/main`;
    const words = `-loglevel error -rtsp_transport tcp -i ${login} -frames:v 10 -c copy -f null -`;
    expect((await run('ffmpeg', words.split(' '), { timeout: 15_000 })).stderr).toBe('');
    // Who does not encrypt is not understood there.
    const plain = await openRtspPlayer(out.tlsPort ?? 0);
    players.push(plain);
    await expect(plain.request('OPTIONS', url())).rejects.toThrow();
  });

  it('refuses who is nobody, what is not theirs, and a token from elsewhere', async () => {
    fill(clips.libx264);
    const good = await token();
    const plain = await openRtspPlayer(out.port ?? 0);
    players.push(plain);
    expect((await plain.request('DESCRIBE', url())).status).toBe(401);
    const status = async (who: TokenCreated, path?: string): Promise<number> =>
      (await (await playerOf(who)).request('DESCRIBE', url(path))).status;
    expect(await status(good)).toBe(200);
    expect(await status({ ...good, streamPassword: good.secret })).toBe(401);
    expect(await status({ ...good, token: { ...good.token, id: 'nobody' } })).toBe(401);
    expect(await status(await token({ addresses: ['10.0.0.0/8'] }))).toBe(401);
    expect(await status(await token({ scopes: [{ kind: 'camera', cameraId: 'gate' }] }))).toBe(404);
    expect(await status(good, 'pier/third')).toBe(404);
    expect(await status(good, 'nowhere/main')).toBe(404);
    expect((await token({ permissions: ['camera.playback'] })).streamPassword).toBeNull();
    const old = await access.tokens.rotate(SYSTEM, good.token.id).then(() => good);
    expect(await status(old)).toBe(401);
  });

  it('ends a player when its right or its token ends, and the audit knows who saw what', async () => {
    fill(clips.libx264);
    const [lasting, group] = [await token(), await token({ scopes: [{ kind: 'group', groupId: 'harbour' }] })];
    const seen = [0, 0];
    const watching = await Promise.all(
      [lasting, group].map(async (who, at) => {
        const player = await playerOf(who);
        await player.play(url(), (bytes) => {
          seen[at] = (seen[at] ?? 0) + bytes.length;
        });
        return player;
      }),
    );
    await expect.poll(() => Math.min(...seen)).toBeGreaterThan(0);
    expect(out.players).toBe(2);
    const third = await playerOf(lasting);
    await expect(third.play(url(), () => {})).rejects.toThrow('453');

    groupId = 'elsewhere';
    for (const told of savedListeners) told();
    await expect.poll(() => watching.map(({ socket }) => socket.destroyed)).toEqual([false, true]);
    await access.tokens.remove(SYSTEM, lasting.token.id);
    await expect.poll(() => watching[0]?.socket.destroyed).toBe(true);
    await expect
      .poll(async () =>
        (await access.audit.query(auditQuerySchema.parse({ cameraId: 'pier' })))
          .map(({ action, actor, detail }) => `${action} ${actor} ${JSON.stringify(detail)}`)
          .filter((line) => line.includes('"via":"rtsp"') && line.includes('token:VMS')),
      )
      .toHaveLength(4);
  });

  it('lets a player that does not read lose pictures, and nobody else', async () => {
    const clip = clips.libx264;
    const sink = hub.sinkFor(KEY);
    sink.info(clip.info);
    let sequence = 0;
    const startMs = Date.now() - 3_600_000;
    /** The clip again and again, as fast as it goes. */
    const push = (count: number): void => {
      for (let end = sequence + count; sequence < end; sequence += 1) {
        const fragment = clip.fragments[sequence % clip.fragments.length];
        if (fragment === undefined) return;
        const decodeTime = sequence * fragment.duration;
        const wallClockMs = startMs + (decodeTime * 1000) / clip.info.timescale;
        sink.fragment({ ...fragment, sequence, decodeTime, wallClockMs });
      }
    };
    push(10);
    const reader = hub.stream(KEY).read({ from: 'nextGroup' });
    const player = await playerOf(await token());
    let rest: Buffer = Buffer.alloc(0);
    let gaps = 0;
    const numbers: number[] = [];
    await player.play(url(), (chunk) => {
      rest = Buffer.concat([rest, chunk]);
      let used = 0;
      eachPacket(rest, (at, length) => {
        if (at + 4 + length > rest.length) return;
        used = at + 4 + length;
        if (rest.readUInt8(at + 1) === 0) numbers.push(rest.readUInt32BE(at + 8));
      });
      rest = rest.subarray(used);
    });
    player.socket.pause();
    const took: number[] = [];
    for (let round = 0; round < 400; round += 1) {
      const before = performance.now();
      push(25);
      for (let item = reader.take(); item !== undefined; item = reader.take()) if (item.type === 'lost') gaps += 1;
      took.push(performance.now() - before);
      await new Promise((resolve) => setImmediate(resolve));
    }
    reader.close();
    expect(gaps).toBe(0);
    expect(hub.stream(KEY).ring.end).toBe(10_010);
    player.socket.resume();
    // It goes on at a picture of now.
    const newest = numbers.length;
    await expect
      .poll(
        () => {
          push(1);
          const [first = 0, last = 0] = [numbers[0], numbers.at(-1)];
          return ((last - first) >>> 0) / 90_000;
        },
        { timeout: 5000, interval: 5 },
      )
      .toBeGreaterThan(1900);
    expect(numbers.length).toBeGreaterThan(newest);
    const seconds = new Set(numbers.map((time) => time));
    expect(seconds.size).toBeLessThan(30_000);
  }, 20_000);
});
