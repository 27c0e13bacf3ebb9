import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AuditEntry, ErrorBody } from '#contracts/http';
import type { BookmarkView, PlayableRange, Timeline } from '#contracts/recordings';
import { type House, openHouse, type Sender } from '../architecture/house.ts';
import { type Clip, makeClip } from '../fakes/clip-camera.ts';
import { type Recorded, recordClip } from '../fakes/recorded.ts';

/** Recordings through the real door: what FFmpeg makes of the playlist, what ranges of bytes answer, what is audited. */
const run = promisify(execFile);
const SECONDS = 6;

let house: House;
let clip: Clip;
let operator: Sender;
let files: Recorded[];
let startMs: number;
let cameraId: string;

beforeAll(async () => {
  house = await openHouse();
  clip = await makeClip({ seconds: SECONDS, groupSeconds: 2 });
  await house.person('operator', [{ role: 'operator', scope: house.scopes.all }]);
  operator = await house.signIn('operator', () => true);
  cameraId = house.inside.id;
  startMs = house.recordedMs - 600_000;
  files = [];
  for (const ms of [0, SECONDS * 1000, 60_000]) {
    files.push(await recordClip({ ...house.recording, cameraId, clip, startMs: startMs + ms }));
  }
});
afterAll(() => house?.close());

const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(new URL(path, house.url), { headers: { ...operator.headers, ...headers } });
const json = async <T>(path: string): Promise<T> => (await (await get(path)).json()) as T;
const range = (fromMs: number, toMs: number): string => `fromMs=${startMs + fromMs}&toMs=${startMs + toMs}`;

describe('the playlist', () => {
  /** How many pictures ffprobe finds. FFmpeg 5.1 reads all, but decodes not the first ones where time stamps fall. */
  async function count(what: 'packets' | 'frames', fromMs: number, toMs: number): Promise<number> {
    const url = new URL(`/recordings/${cameraId}/main/index.m3u8?${range(fromMs, toMs)}`, house.url);
    const { stdout } = await run(
      'ffprobe',
      [
        ['-v', 'error', '-headers', `Cookie: ${operator.headers.cookie}\r\n`, '-select_streams', 'v:0'],
        [`-count_${what}`, '-show_entries', `stream=nb_read_${what}`, '-of', 'csv=p=0', url.href],
      ].flat(),
    );
    return Number.parseInt(stdout, 10);
  }

  it('is read by FFmpeg picture by picture, over files that begin anew and over a gap', async () => {
    expect(await count('packets', 0, 70_000)).toBe(3 * SECONDS * 25);
    expect(await count('frames', 60_000, 70_000)).toBe(SECONDS * 25);
  });

  it('begins and ends with the groups that the range touches', async () => {
    expect(await count('frames', 2500, 3500)).toBe(2 * 25);
    expect(await count('packets', 5000, 7000)).toBe(4 * 25);
  });

  it('is played over the seam of two files as if it were none', async () => {
    const half = clip.fragments.findIndex((fragment) => fragment.decodeTime === 4 * clip.info.timescale);
    for (const [fragments, ms] of [
      [clip.fragments.slice(0, half), 0],
      [clip.fragments.slice(half), 4000],
    ] as const) {
      await recordClip({ ...house.recording, cameraId, clip: { ...clip, fragments }, startMs: startMs - 100_000 + ms });
    }
    expect(await count('frames', -100_000, -90_000)).toBe(SECONDS * 25);
  });
});

describe('a file', () => {
  const path = (): string => `/recordings/${cameraId}/${files[0]?.id}.mp4`;

  it('is whole without a range, and any player opens it', async () => {
    const reply = await get(path());
    const bytes = (await reply.arrayBuffer()).byteLength;
    expect([reply.status, reply.headers.get('content-type'), bytes]).toEqual([
      200,
      'video/mp4',
      files[0]?.segment.bytes,
    ]);
    expect([reply.headers.get('accept-ranges'), reply.headers.get('cache-control')]).toEqual(['bytes', 'no-store']);
    const head = await fetch(new URL(path(), house.url), { method: 'HEAD', headers: operator.headers });
    expect([head.status, head.headers.get('content-length')]).toEqual([200, String(bytes)]);
  });

  it('gives the part that is asked for, of the version that is known', async () => {
    const size = files[0]?.segment.bytes ?? 0;
    const part = await get(path(), { range: 'bytes=4-7' });
    expect([part.status, await part.text()]).toEqual([206, 'ftyp']);
    expect(part.headers.get('content-range')).toBe(`bytes 4-7/${size}`);
    const etag = part.headers.get('etag') ?? '';
    expect((await get(path(), { range: 'bytes=4-7', 'if-range': etag })).status).toBe(206);
    expect((await get(path(), { range: 'bytes=4-7', 'if-range': '"other"' })).status).toBe(200);
    const beyond = await get(path(), { range: `bytes=${size}-` });
    expect([beyond.status, beyond.headers.get('content-range')]).toEqual([416, `bytes */${size}`]);
  });

  it('is not there by another camera, nor by what is no number', async () => {
    const other = `/recordings/${house.outside.id}/${files[0]?.id}.mp4`;
    expect((await get(other)).status).toBe(404);
    for (const name of ['0', '-1', '1e3', 'x', '..%2f1', '99999999999999999999']) {
      expect([name, (await get(`/recordings/${cameraId}/${name}.mp4`)).status]).toEqual([
        name,
        expect.toBeOneOf([400, 404]),
      ]);
    }
  });

  it('survives those who hang up, again and again', async () => {
    for (let time = 0; time < 20; time += 1) {
      const gone = new AbortController();
      const reply = await fetch(new URL(path(), house.url), { headers: operator.headers, signal: gone.signal });
      expect(reply.status).toBe(200);
      gone.abort();
    }
    expect((await get(path())).status).toBe(200);
    expect(house.logged.filter((line) => line.includes('"level":50'))).toEqual([]);
  });
});

describe('what was recorded', () => {
  it('is listed for a timeline and for a player', async () => {
    const timeline = await json<Timeline>(`/api/cameras/${cameraId}/timeline?${range(-1000, 70_000)}`);
    expect(timeline.spans.map((span) => [span.startMs - startMs, span.endMs - startMs])).toEqual([
      [0, 2 * SECONDS * 1000],
      [60_000, 60_000 + SECONDS * 1000],
    ]);
    const groups = await json<PlayableRange>(`/api/cameras/${cameraId}/groups?${range(5000, 7000)}`);
    expect(groups.segments.map(({ segmentId }) => segmentId)).toEqual([files[0]?.id, files[1]?.id]);
  });

  it.each([
    ['timeline', 'fromMs=&toMs=', 'toMs'],
    ['timeline', 'fromMs=5&toMs=5', 'toMs'],
    ['timeline', 'fromMs=9&toMs=5', 'toMs'],
    ['timeline', 'fromMs=0&toMs=1790000000000', 'toMs'],
    ['timeline', 'fromMs=abc&toMs=5', 'fromMs'],
    ['timeline', 'toMs=5', 'fromMs'],
    ['timeline', 'fromMs=4000000000000&toMs=4000000001000', 'fromMs'],
    ['groups', 'fromMs=0&toMs=3600001', 'toMs'],
    ['groups', 'fromMs=4000000000000&toMs=4000000001000', 'fromMs'],
    ['groups', 'fromMs=0&toMs=1&role=third', 'role'],
    ['bookmarks', 'fromMs=9&toMs=5', 'toMs'],
  ])('%s?%s is refused for %s', async (list, query, field) => {
    const reply = await get(`/api/cameras/${cameraId}/${list}?${query}`);
    const { error } = (await reply.json()) as ErrorBody;
    expect([reply.status, error.kind, error.fields?.[0]?.path]).toEqual([400, 'invalid', field]);
  });

  it.each(['/main/index.m3u8?fromMs=0&toMs=90000000', '/main/index.m3u8?fromMs=9&toMs=5', '/thumbnail.jpg?atMs=x'])(
    '%s is refused',
    async (path) => {
      expect((await get(`/recordings/${cameraId}${path}`)).status).toBe(400);
    },
  );

  it('is marked by bookmarks', async () => {
    const path = `/api/cameras/${cameraId}/bookmarks`;
    const reply = await fetch(new URL(path, house.url), {
      method: 'POST',
      headers: { ...operator.headers, 'content-type': 'application/json' },
      body: JSON.stringify({ timeMs: startMs, text: 'Xe tải' }),
    });
    const bookmark = (await reply.json()) as BookmarkView;
    expect(bookmark).toMatchObject({ createdBy: 'operator', text: 'Xe tải', tags: [] });
    const timeline = await json<Timeline>(`/api/cameras/${cameraId}/timeline?${range(0, 1000)}`);
    expect(timeline.bookmarks.map(({ id }) => id)).toEqual([bookmark.id]);
    const remove = (id: string) =>
      fetch(new URL(`${path}/${id}`, house.url), { method: 'DELETE', headers: operator.headers });
    expect((await remove(bookmark.id)).status).toBe(204);
    expect((await remove(bookmark.id)).status).toBe(404);
  });
});

it('says in the audit what was looked at, and nothing of a look at lists', async () => {
  await house.person('auditor', [{ role: 'auditor', scope: house.scopes.all }]);
  await house.person('watcher', [{ role: 'operator', scope: house.scopes.all }]);
  operator = await house.signIn('watcher', () => true);
  await get(`/api/cameras/${cameraId}/groups?${range(0, 10_000)}`);
  await get(`/recordings/${cameraId}/main/index.m3u8?${range(0, 10_000)}`);
  const ask = (actor: string): Promise<readonly AuditEntry[]> =>
    house.access.audit.query({ actor, cameraId, limit: 100 });
  expect(await ask('watcher')).toEqual([]);
  const [first] = files[0]?.groups ?? [];
  const bytes = `bytes=${first?.offset}-${(first?.offset ?? 0) + (first?.bytes ?? 0) - 1}`;
  await (await get(`/recordings/${cameraId}/${files[0]?.id}.mp4`, { range: bytes })).arrayBuffer();
  await get(`/recordings/${cameraId}/thumbnail.jpg?atMs=${startMs + 62_500}`);
  // The house ends with all that is in it: what nobody ended is ended there.
  await house.access.close();
  const [ended, began] = await ask('watcher');
  expect([began?.action, began?.detail]).toEqual(['viewing.began', { role: 'main', via: 'playback' }]);
  expect([ended?.action, ended?.detail.recorded]).toEqual([
    'viewing.ended',
    [
      { fromMs: startMs, toMs: startMs + 2000 },
      { fromMs: startMs + 62_000, toMs: startMs + 62_000 },
    ],
  ]);
});
