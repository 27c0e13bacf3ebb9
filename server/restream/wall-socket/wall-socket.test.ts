import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { Fault } from '#base/errors';
import { silentLogger } from '#base/log';
import type { StreamStatus } from '#contracts/camera';
import type { StreamRole } from '#contracts/media';
import { decodeFrame, decodeInit, type WallFrame, type WallNotice, type WallRequest } from '#contracts/wall-frame';
import { liveSection } from '../../../config/sections/live.ts';
import { createFakeClock, type FakeClock } from '../../../tests/fakes/clock.ts';
import { createFakeCamera, type FakeCamera } from '../../../tests/fakes/fragments.ts';
import { createHub, type Hub } from '../hub.ts';
import type { Stills } from '../snapshot.ts';
import type { Transcodes } from '../transcode.ts';
import type { Viewer } from './viewer.ts';
import { createWallSocket, MAX_REQUEST_BYTES, type WallSocket } from './wall-socket.ts';

type CellNotice = Extract<WallNotice, { type: 'cell' }>;

/** What a browser has seen, and a way to wait for it without a clock. */
interface Window {
  readonly ws: WebSocket;
  readonly frames: WallFrame[];
  readonly notices: WallNotice[];
  send(request: WallRequest | string): void;
  /** Resolves as soon as `check` holds, looked at after each message. */
  until(check: () => boolean): Promise<void>;
  closed: Promise<number>;
}

let clock: FakeClock;
let server: Server;
let wall: WallSocket;
let hub: Hub;
let transcoded: Hub;
let transcoders: number;
let views: string[];
let mayView: (cameraId: string) => boolean;
let rightsChanged: () => void;
let roles: Map<string, StreamRole[]>;
let states: Map<string, Partial<StreamStatus>>;
let tellStatus: (cameraId: string, role: StreamRole) => void;
const windows: Window[] = [];

function statusesOf(cameraId: string): StreamStatus[] {
  return (roles.get(cameraId) ?? []).map((role) => ({
    role,
    state: 'live',
    fault: null,
    detail: '',
    sinceMs: 1,
    lastFrameMs: null,
    starts: 1,
    codec: null,
    audioCodec: null,
    width: null,
    height: null,
    frameRate: null,
    bitrate: null,
    way: null,
    clockOffsetMs: null,
    ...states.get(`${cameraId}/${role}`),
  }));
}

beforeEach(async () => {
  const config = liveSection.parse({ clientBufferKb: 256, maxCells: 16 });
  clock = createFakeClock();
  const shared = { config, clock, log: silentLogger() };
  hub = createHub(shared);
  transcoded = createHub(shared);
  transcoders = 1;
  views = [];
  mayView = () => true;
  rightsChanged = () => {};
  roles = new Map([
    ['gate', ['main', 'sub']],
    ['yard', ['main', 'sub']],
    ['shed', ['main']],
  ]);
  states = new Map();
  const transcodes: Transcodes = {
    stream(key) {
      if (transcoders === 0) throw new Fault('tooMany', 'transcode.tooMany', 'none is free');
      return transcoded.stream(key);
    },
    drop: () => {},
    active: 0,
    close: async () => {},
  };
  const stills: Stills = {
    newest: async () => ({ jpeg: new Uint8Array([0xff, 0xd8]), wallClockMs: 42 }),
    answer: () => Promise.reject(new Error('not asked for')),
  };
  let onStatus: (cameraId: string, status: StreamStatus) => void = () => {};
  tellStatus = (cameraId, role) => {
    const status = statusesOf(cameraId).find((each) => each.role === role);
    if (status !== undefined) onStatus(cameraId, status);
  };
  const statuses = {
    statuses: statusesOf,
    onStatus(listener: (cameraId: string, status: StreamStatus) => void) {
      onStatus = listener;
      return () => {};
    },
  };
  wall = createWallSocket({ hub, statuses, stills, transcodes, ...shared });
  const viewer: Viewer = {
    mayView: (cameraId) => mayView(cameraId),
    beginViewing(cameraId, role, via) {
      views.push(`+${cameraId}/${role}/${via}`);
      return () => void views.push(`-${cameraId}/${role}/${via}`);
    },
    onChanged(listener) {
      rightsChanged = listener;
      return () => {};
    },
  };
  server = createServer();
  const sockets = new WebSocketServer({ server, perMessageDeflate: false, maxPayload: MAX_REQUEST_BYTES });
  sockets.on('connection', (ws, { socket }) => wall.accept(ws, viewer, socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterEach(async () => {
  for (const window of windows.splice(0)) window.ws.terminate();
  wall.close();
  hub.close();
  transcoded.close();
  await new Promise((resolve) => server.close(resolve));
});

const portOf = (): number => (server.address() as AddressInfo).port;

async function openWindow(): Promise<Window> {
  const ws = new WebSocket(`ws://127.0.0.1:${portOf()}`);
  const frames: WallFrame[] = [];
  const notices: WallNotice[] = [];
  const checks = new Set<() => void>();
  ws.on('message', (data, isBinary) => {
    if (!Buffer.isBuffer(data)) throw new Error('a message in pieces');
    if (isBinary) frames.push(decodeFrame(data));
    else notices.push(JSON.parse(data.toString('utf8')));
    for (const check of checks) check();
  });
  const closed = new Promise<number>((resolve) => ws.once('close', resolve));
  await new Promise((resolve) => ws.once('open', resolve));
  const window: Window = {
    ws,
    frames,
    notices,
    send: (request) => ws.send(typeof request === 'string' ? request : JSON.stringify(request)),
    until: (holds) =>
      new Promise((resolve) => {
        const check = (): void => {
          if (!holds()) return;
          checks.delete(check);
          resolve();
        };
        checks.add(check);
        check();
      }),
    closed,
  };
  windows.push(window);
  return window;
}

const subscribe = (
  cell: number,
  cameraId: string,
  more: Partial<{ quality: 'auto' | 'main' | 'keyframes' | 'stills'; priority: number }> = {},
): WallRequest => ({
  type: 'subscribe',
  cell,
  cameraId,
  quality: 'auto',
  priority: 5,
  ...more,
});
const camera = (cameraId: string, role: StreamRole = 'sub', of = hub): FakeCamera =>
  createFakeCamera(of.sinkFor({ cameraId, role }));
const sequencesOf = (window: Window, cell: number): number[] =>
  window.frames
    .filter((frame) => frame.cell === cell && frame.kind === 'fragment')
    .map(({ payload }) => new DataView(payload.buffer, payload.byteOffset).getUint32(0));
const cellNotices = (window: Window, cell: number): CellNotice[] =>
  window.notices.filter((notice): notice is CellNotice => notice.type === 'cell' && notice.cell === cell);
/** A round trip: whatever the server did before it is here. */
async function settle(window: Window): Promise<void> {
  const before = window.notices.length;
  window.send({ type: 'ping', sentMs: 7 });
  await window.until(() => window.notices.slice(before).some((notice) => notice.type === 'pong'));
}

describe('a cell', () => {
  it('starts with the last key frame in memory and goes on with every fragment', async () => {
    const gate = camera('gate');
    gate.group(5);
    gate.group(3);
    const window = await openWindow();
    window.send(subscribe(3, 'gate'));
    await window.until(() => sequencesOf(window, 3).length === 3);
    gate.push();
    await window.until(() => sequencesOf(window, 3).length === 4);
    expect(sequencesOf(window, 3)).toEqual([5, 6, 7, 8]);
    const [init, first] = window.frames;
    expect(init).toMatchObject({ kind: 'init', cell: 3, generation: 1 });
    expect(decodeInit(init?.payload ?? new Uint8Array()).mimeType).toBe('video/mp4; codecs="avc1.64001f"');
    expect(first).toMatchObject({ kind: 'fragment', keyframe: true, generation: 1 });
    expect(cellNotices(window, 3).at(-1)).toMatchObject({
      state: 'live',
      serving: 'sub',
      role: 'sub',
      degraded: false,
    });
  });

  it('gets a new init frame where the stream changes', async () => {
    const gate = camera('gate');
    const window = await openWindow();
    window.send(subscribe(0, 'gate'));
    await settle(window);
    gate.group(2);
    gate.begin({ width: 1280, codec: 'avc1.640028' });
    gate.group(2);
    await window.until(() => window.frames.length === 6);
    expect(window.frames.map((frame) => `${frame.kind}${frame.generation}${frame.keyframe ? 'k' : ''}`)).toEqual([
      'init1',
      'fragment1k',
      'fragment1',
      'init2',
      'fragment2k',
      'fragment2',
    ]);
  });

  it('goes over to the main stream without a gap, when that has its first key frame', async () => {
    const sub = camera('gate');
    sub.group(2);
    const window = await openWindow();
    window.send(subscribe(0, 'gate'));
    await window.until(() => sequencesOf(window, 0).length === 2);
    const wanted: string[] = [];
    hub.onDemand((key, want) => wanted.push(`${want ? '+' : '-'}${key.role}`));
    window.send({ type: 'adjust', cell: 0, quality: 'main', priority: 9 });
    await settle(window);
    expect(cellNotices(window, 0).at(-1)).toMatchObject({ serving: 'sub', degraded: true, because: 'noPicture' });
    sub.push();
    await window.until(() => sequencesOf(window, 0).length === 3);
    camera('gate', 'main').group(2);
    await window.until(() => window.frames.length === 7);
    expect(window.frames.map((frame) => frame.kind)).toEqual([
      'init',
      'fragment',
      'fragment',
      'fragment',
      'init',
      'fragment',
      'fragment',
    ]);
    expect(wanted).toEqual(['+sub', '+main', '-sub']);
    expect(cellNotices(window, 0).at(-1)).toMatchObject({
      serving: 'main',
      role: 'main',
      degraded: false,
      because: null,
    });
    expect(views).toEqual(['+gate/sub/wall', '-gate/sub/wall', '+gate/main/wall']);
  });

  it('shows the other stream while the one that was asked for is down', async () => {
    camera('gate').group(2);
    const main = camera('gate', 'main');
    main.group(2);
    const window = await openWindow();
    window.send(subscribe(0, 'gate', { quality: 'main' }));
    await window.until(() => cellNotices(window, 0).at(-1)?.serving === 'main');
    states.set('gate/main', { state: 'down', fault: 'noFrames' });
    tellStatus('gate', 'main');
    await window.until(() => cellNotices(window, 0).at(-1)?.serving === 'sub');
    states.delete('gate/main');
    tellStatus('gate', 'main');
    main.begin();
    main.group(1);
    await window.until(() => cellNotices(window, 0).at(-1)?.serving === 'main');
    const main1 = window.frames.filter((frame) => frame.kind === 'init').map((frame) => frame.generation);
    expect(main1).toEqual([1, 1, 2]);
  });

  it('gets only key frames, or stills, when it asks for these', async () => {
    const gate = camera('gate');
    const window = await openWindow();
    window.send(subscribe(0, 'gate', { quality: 'keyframes' }));
    window.send(subscribe(1, 'gate', { quality: 'stills' }));
    await window.until(() => window.frames.some((frame) => frame.kind === 'still'));
    for (let group = 0; group < 3; group += 1) gate.group(5);
    await window.until(() => sequencesOf(window, 0).length === 3);
    expect(sequencesOf(window, 0)).toEqual([0, 5, 10]);
    expect(window.frames.find((frame) => frame.cell === 1)).toMatchObject({ kind: 'still', wallClockMs: 42 });
    window.send({ type: 'adjust', cell: 0, quality: 'auto', priority: 5 });
    await settle(window);
    gate.push();
    gate.group(2);
    await window.until(() => sequencesOf(window, 0).length === 5);
    // Back to all pictures only from a key frame on.
    expect(sequencesOf(window, 0)).toEqual([0, 5, 10, 16, 17]);
  });

  it('serves the main stream of a camera that has no other', async () => {
    camera('shed', 'main').group(1);
    const window = await openWindow();
    window.send(subscribe(0, 'shed'));
    await window.until(() => cellNotices(window, 0).at(-1)?.serving === 'main');
    expect(cellNotices(window, 0).at(-1)).toMatchObject({ role: 'main', degraded: false });
  });

  it('tells the state of its stream when that changes, and only then', async () => {
    const window = await openWindow();
    states.set('gate/sub', { state: 'connecting' });
    window.send(subscribe(0, 'gate'));
    await window.until(() => cellNotices(window, 0).length === 1);
    states.set('gate/sub', { state: 'down', fault: 'unreachable', sinceMs: 5 });
    tellStatus('gate', 'sub');
    tellStatus('gate', 'sub');
    tellStatus('yard', 'sub');
    await settle(window);
    expect(cellNotices(window, 0).map((notice) => [notice.state, notice.fault])).toEqual([
      ['connecting', null],
      ['down', 'unreachable'],
    ]);
  });
});

describe('codecs', () => {
  it('sends H.264 to a browser that cannot play the camera, and the camera as it is to others', async () => {
    createFakeCamera(hub.sinkFor({ cameraId: 'gate', role: 'sub' })).begin({ codec: 'hvc1.1.6.L93.B0' });
    const [old, modern] = [await openWindow(), await openWindow()];
    old.send({ type: 'hello', cannotPlay: ['h265'] });
    for (const window of [old, modern]) window.send(subscribe(0, 'gate'));
    await settle(old);
    const gate = camera('gate');
    gate.begin({ codec: 'hvc1.1.6.L93.B0' });
    gate.group(2);
    await modern.until(() => sequencesOf(modern, 0).length === 2);
    await settle(old);
    camera('gate', 'sub', transcoded).group(3);
    await old.until(() => sequencesOf(old, 0).length === 3);
    const mimes = [old, modern].map((each) => decodeInit(each.frames[0]?.payload ?? new Uint8Array()).mimeType);
    expect(mimes).toEqual(['video/mp4; codecs="avc1.64001f"', 'video/mp4; codecs="hvc1.1.6.L93.B0"']);
    expect(cellNotices(old, 0).at(-1)).toMatchObject({ transcoded: true, degraded: false });
    expect(cellNotices(modern, 0).at(-1)).toMatchObject({ transcoded: false });
  });

  it('falls back to stills when no transcoder is free, and says why', async () => {
    transcoders = 0;
    const gate = camera('gate');
    gate.begin({ codec: 'hev1.1.6.L93.B0' });
    gate.group(2);
    const window = await openWindow();
    window.send({ type: 'hello', cannotPlay: ['h265'] });
    window.send(subscribe(0, 'gate'));
    await window.until(() => cellNotices(window, 0).at(-1)?.serving === 'stills');
    expect(cellNotices(window, 0).at(-1)).toMatchObject({ degraded: true, because: 'transcoders' });
    expect(window.frames.every((frame) => frame.kind === 'still')).toBe(true);
  });
});

describe('rights', () => {
  it('refuses what may not be seen, and does not tell whether it exists', async () => {
    mayView = (cameraId) => cameraId === 'yard' || cameraId === 'none';
    const window = await openWindow();
    window.send(subscribe(0, 'gate'));
    window.send(subscribe(1, 'no-such-camera'));
    window.send(subscribe(2, 'none'));
    window.send({ type: 'adjust', cell: 9, quality: 'main', priority: 1 });
    await settle(window);
    expect(window.notices.filter((notice) => notice.type === 'refused')).toEqual([
      { type: 'refused', cell: 0, code: 'forbidden' },
      { type: 'refused', cell: 1, code: 'forbidden' },
      { type: 'refused', cell: 2, code: 'notFound' },
      { type: 'refused', cell: 9, code: 'notFound' },
    ]);
    expect([views, hub.figures().readers]).toEqual([[], 0]);
  });

  it('takes a picture away in the moment that the right to it goes', async () => {
    const gate = camera('gate');
    gate.group(1);
    camera('yard').group(1);
    const window = await openWindow();
    window.send(subscribe(0, 'gate'));
    window.send(subscribe(1, 'yard'));
    await window.until(() => window.frames.length === 4);
    mayView = (cameraId) => cameraId === 'yard';
    rightsChanged();
    gate.group(1);
    await settle(window);
    expect(window.notices).toContainEqual({ type: 'refused', cell: 0, code: 'forbidden' });
    expect(sequencesOf(window, 0)).toEqual([0]);
    expect([views.at(-1), wall.figures().cells]).toEqual(['-gate/sub/wall', 1]);
  });

  it('ends viewing once, whether by unsubscribing, by leaving or by removing the camera', async () => {
    camera('gate').group(1);
    const window = await openWindow();
    for (const cell of [0, 1, 2]) window.send(subscribe(cell, ['gate', 'yard', 'shed'][cell] ?? ''));
    window.send({ type: 'unsubscribe', cell: 0 });
    window.send({ type: 'unsubscribe', cell: 0 });
    await settle(window);
    hub.drop('yard');
    await settle(window);
    expect(window.notices).toContainEqual({ type: 'refused', cell: 1, code: 'notFound' });
    window.ws.close();
    await window.closed;
    await vi.waitFor(() => expect(wall.figures().clients).toBe(0));
    expect(views.filter((view) => view.startsWith('-')).sort()).toEqual([
      '-gate/sub/wall',
      '-shed/main/wall',
      '-yard/sub/wall',
    ]);
    expect([wall.figures(), hub.figures().readers]).toEqual([{ clients: 0, cells: 0, queuedBytes: 0 }, 0]);
  });
});

describe('limits', () => {
  it.each([
    ['no JSON', '{', 1008],
    ['no request', '{"type":"subscribe"}', 1008],
    ['a message that is too large', `"${'x'.repeat(MAX_REQUEST_BYTES)}"`, 1009],
  ])('%s closes the connection', async (_, text, code) => {
    const window = await openWindow();
    window.send(text);
    expect(await window.closed).toBe(code);
  });

  it('binary closes the connection', async () => {
    const window = await openWindow();
    window.ws.send(new Uint8Array([1, 2, 3]));
    expect(await window.closed).toBe(1003);
  });

  it('a flood of requests closes the connection', async () => {
    const window = await openWindow();
    for (let at = 0; at < 2000; at += 1) window.send({ type: 'unsubscribe', cell: 1 });
    expect(await window.closed).toBe(1008);
  });

  it('a wrong field refuses its cell; one cell too many is refused', async () => {
    const window = await openWindow();
    window.send(JSON.stringify({ ...subscribe(4, 'gate'), priority: 10 }));
    for (let cell = 0; cell < 17; cell += 1) window.send(subscribe(cell, 'gate'));
    await settle(window);
    expect(window.notices.filter((notice) => notice.type === 'refused')).toEqual([
      { type: 'refused', cell: 4, code: 'invalid' },
      { type: 'refused', cell: 16, code: 'tooMany' },
    ]);
  });
});

describe('slow clients', () => {
  /** A client that has asked for a cell and then reads nothing more. */
  async function openDeaf(): Promise<Socket> {
    const socket = connect(portOf(), '127.0.0.1');
    await new Promise((resolve) => socket.once('connect', resolve));
    socket.write(
      'GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    );
    await new Promise((resolve) => socket.once('data', resolve));
    socket.pause();
    const text = Buffer.from(JSON.stringify(subscribe(0, 'gate')));
    // RFC 6455 §5.2: a masked text frame; the mask is zero.
    socket.write(Buffer.concat([Buffer.from([0x81, 0x80 | text.byteLength, 0, 0, 0, 0]), text]));
    return socket;
  }

  it('one that reads nothing costs a bounded buffer and nobody else a picture', async () => {
    const gate = camera('gate');
    gate.group(1);
    const deaf = await openDeaf();
    const quick = await openWindow();
    quick.send(subscribe(0, 'gate'));
    await quick.until(() => sequencesOf(quick, 0).length === 1);
    let mostQueued = 0;
    const bytes = 100_000;
    for (let at = 1; at <= 400; at += 1) {
      gate.push({ key: at % 10 === 0, bytes });
      if (at % 5 !== 0) continue;
      await quick.until(() => sequencesOf(quick, 0).length === at + 1);
      mostQueued = Math.max(mostQueued, wall.figures().queuedBytes);
    }
    expect(sequencesOf(quick, 0)).toEqual(Array.from({ length: 401 }, (_, at) => at));
    expect(wall.figures().clients).toBe(2);
    expect(mostQueued).toBeGreaterThan(0);
    // What is full takes nothing more: one fragment over the limit at most, for each of the two.
    expect(mostQueued).toBeLessThanOrEqual(256 * 1024 + 2 * bytes + 1000);
    deaf.destroy();
  });

  it('one that never shows that it reads is closed; others stay', async () => {
    const deaf = await openDeaf();
    const quick = await openWindow();
    await settle(quick);
    const closed = new Promise((resolve) => deaf.once('close', resolve));
    deaf.resume();
    for (let second = 0; second < 22; second += 1) {
      clock.advance(1000);
      // The pong of this second has come when the answer to what was sent after it has.
      await settle(quick);
    }
    await closed;
    expect(wall.figures().clients).toBe(1);
  });

  it('one that reads slowly gets less, is told so, and gets all again when it reads', async () => {
    const gate = camera('gate');
    camera('yard').group(1);
    gate.group(1);
    const window = await openWindow();
    window.send(subscribe(0, 'gate', { priority: 1 }));
    window.send(subscribe(1, 'yard', { priority: 9 }));
    await settle(window);
    window.ws.pause();
    // The less important of two cells holds back at three quarters.
    while (wall.figures().queuedBytes < 192 * 1024) gate.push({ bytes: 100_000 });
    gate.push();
    for (let second = 0; second < 3; second += 1) clock.advance(1000);
    window.ws.resume();
    await window.until(() => cellNotices(window, 0).at(-1)?.because === 'line');
    expect(cellNotices(window, 0).at(-1)).toMatchObject({ serving: 'keyframes', degraded: true });
    expect(cellNotices(window, 1).at(-1)).toMatchObject({ serving: 'sub', degraded: false });
    for (let second = 0; second < 15; second += 1) {
      // Twice: a late pong makes the server ask again at once, and time must not move on before that is answered.
      await settle(window);
      await settle(window);
      clock.advance(1000);
    }
    await settle(window);
    expect(cellNotices(window, 0).at(-1)).toMatchObject({ serving: 'sub', degraded: false, because: null });
    gate.push();
    gate.group(2);
    await settle(window);
    const last = sequencesOf(window, 0).slice(-2);
    expect(last[1]).toBe((last[0] ?? 0) + 1);
  });
});
