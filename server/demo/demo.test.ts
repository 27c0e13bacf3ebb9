import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '#base/clock';
import { silentLogger } from '#base/log';
import { type CameraInput, cameraInputSchema } from '#contracts/camera';
import { type Demo, type DemoCamera, type DemoRegister, startDemo } from './demo.ts';

const run = promisify(execFile);

/** A register in memory: what is created must be what an administrator could have typed. */
function createMemory() {
  const cameras = new Map<string, DemoCamera & { readonly input: CameraInput }>();
  const groups = new Set<string>();
  const register: DemoRegister = {
    list: async () => [...cameras.values()],
    async create(input) {
      const id = `c${cameras.size + 1}`;
      const publishKey = input.source.kind === 'rtmp' ? `key-${id}` : null;
      cameras.set(id, { id, publishKey, input, name: input.name, source: cameraInputSchema.parse(input).source });
      return { id, publishKey };
    },
    async updateSource(id, source) {
      const camera = cameras.get(id);
      if (camera !== undefined) cameras.set(id, { ...camera, source });
    },
    remove: async (id) => void cameras.delete(id),
    async ensureGroup(name) {
      groups.add(name);
      return name;
    },
    removeEmptyGroup: async (name) => void groups.delete(name),
  };
  return { cameras, groups, register };
}

let folder: string;
let memory: ReturnType<typeof createMemory>;
let demo: Demo;

// Nothing listens on the RTMP port here: its publishers go on trying, which is what they do in a real restart.
const begin = (rtmpPort: number | null): Demo =>
  startDemo({
    log: silentLogger(),
    clock: systemClock,
    ffmpegPath: 'ffmpeg',
    cacheFolder: folder,
    cameras: memory.register,
    rtmp: { port: () => rtmpPort },
    province: { install: async () => {}, remove: async () => {} },
    departments: { start: async () => {}, stop: async () => {}, remove: async () => {} },
    citizens: { start: () => {}, stop: async () => {} },
  });

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tamnhin-demo-'));
  memory = createMemory();
  demo = begin(9);
});

afterEach(async () => {
  await demo.stop();
  await rm(folder, { recursive: true });
});

const sources = () => [...memory.cameras.values()].map(({ source }) => source);

function rtspUrl(): string {
  const source = sources().find((one) => one.kind === 'rtsp');
  if (source?.kind !== 'rtsp') throw new Error('no RTSP camera');
  return source.mainUrl.replace('://', `://${source.username}:${source.password ?? ''}@`);
}

/** Dialled again until the publisher is there. */
async function codecOf(url: string): Promise<string> {
  const words = '-v error -rtsp_transport tcp -fpsprobesize 0 -analyzeduration 500000 -show_entries stream=codec_name';
  return run('ffprobe', [...words.split(' '), '-of', 'csv=p=0', url], { timeout: 10_000 }).then(
    ({ stdout }) => stdout.trim(),
    () => '',
  );
}

describe('the demo', () => {
  it('does nothing where there are no cameras of it', async () => {
    await demo.start();
    expect(demo.running()).toBe(false);
    expect(demo.endpoints().size).toBe(0);
  });

  it('registers nine cameras in two groups, is the same after a restart on other ports, and goes without trace', async () => {
    await demo.install();
    await demo.install();
    expect(
      sources()
        .map(({ kind }) => kind)
        .sort(),
    ).toEqual(['onvif', 'onvif', 'rtmp', 'rtmp', 'rtmp', 'rtsp', 'rtsp', 'rtsp', 'virtual']);
    expect(memory.groups.size).toBe(2);
    expect(new Set([...memory.cameras.values()].map(({ input }) => input.place)).size).toBe(9);
    const before = demo.endpoints();
    expect(before.size).toBe(3);
    await demo.stop();
    expect(demo.endpoints().size).toBe(0);

    demo = begin(9);
    await demo.start();
    expect(memory.cameras.size).toBe(9);
    expect(demo.endpoints()).not.toEqual(before);
    for (const source of sources()) {
      const url = source.kind === 'rtsp' ? source.mainUrl : source.kind === 'onvif' ? source.deviceUrl : null;
      if (url !== null) expect(demo.endpoints()).toContain(new URL(url).host);
    }
    await expect.poll(() => codecOf(rtspUrl()), { timeout: 12_000, interval: 50 }).toBe('hevc');

    await demo.remove();
    expect([memory.cameras.size, memory.groups.size, demo.running()]).toEqual([0, 0, false]);
  });

  it('leaves out what cannot come without RTMP', async () => {
    demo = begin(null);
    await demo.install();
    expect(sources().some(({ kind }) => kind === 'rtmp')).toBe(false);
    expect(memory.cameras.size).toBe(6);
  });
});
