import { hash } from 'node:crypto';
import { close, fdatasync, open, writev } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const call = { open: promisify(open), close: promisify(close), writev: promisify(writev), sync: promisify(fdatasync) };

export interface BareRecording {
  readonly files: number;
  readonly seconds: number;
  readonly warmMs: number;
  /** What one file grows by at each write. */
  readonly batch: () => readonly Uint8Array[];
  readonly writeMs: number;
  readonly syncMs: number;
}

/**
 * What a recorder cannot do without, and nothing else: a digest of every fragment, one write for each file every
 * `writeMs`, one sync every `syncMs`. Gives the CPU time of this process in ms for each file and second.
 */
export async function bareRecording(how: BareRecording): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'tamnhin-bench-'));
  const files = await Promise.all(
    Array.from({ length: how.files }, async (_, at) => ({
      file: await call.open(join(folder, String(at)), 'wx'),
      position: 0,
      syncAtMs: performance.now() + (at * how.syncMs) / how.files,
      working: Promise.resolve(),
    })),
  );

  async function write(one: (typeof files)[number]): Promise<void> {
    const batch = how.batch();
    for (const fragment of batch) hash('sha256', fragment, 'buffer');
    await call.writev(one.file, [...batch], one.position);
    for (const { byteLength } of batch) one.position += byteLength;
    if (performance.now() < one.syncAtMs) return;
    one.syncAtMs = performance.now() + how.syncMs - how.writeMs;
    await call.sync(one.file);
  }

  let next = 0;
  const timer = setInterval(() => {
    const one = files[next];
    next = (next + 1) % files.length;
    if (one !== undefined) one.working = one.working.then(() => write(one));
  }, how.writeMs / files.length);
  try {
    await new Promise((done) => setTimeout(done, how.warmMs));
    const [before, start] = [process.cpuUsage(), performance.now()];
    await new Promise((done) => setTimeout(done, how.seconds * 1000));
    const { user, system } = process.cpuUsage(before);
    return (user + system) / (performance.now() - start) / how.files;
  } finally {
    clearInterval(timer);
    for (const { file, working } of files) {
      await working;
      await call.close(file);
    }
    await rm(folder, { recursive: true });
  }
}
