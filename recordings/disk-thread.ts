import type { Worker } from 'node:worker_threads';
import { messageOf } from '#base/errors';
import { endThread, startThread } from '#base/own-module';
import { createDiskArena } from './disk-arena.ts';
import type { DiskCall } from './disk-calls.ts';
import type { DiskFiles } from './disk-files.ts';

/** A disk's calls, made by a thread of its own: a disk that hangs takes this thread and none of Node's. */
export interface DiskThread extends DiskFiles {
  /** Ends the thread; what still runs rejects. One that hangs in the disk is left to the system. */
  end(): Promise<void>;
}

export interface DiskRequest {
  readonly id: number;
  readonly job: DiskCall;
}
export interface DiskAnswer {
  readonly id: number;
  readonly result: number;
  readonly error: { readonly code: string | null; readonly message: string } | null;
}
export interface DiskThreadData {
  readonly arena: SharedArrayBuffer;
}

/** What is on its way to a disk at a time. */
const ARENA_BYTES = 8 * 2 ** 20;
/** One write is at most this much: several fit. */
const MOST_BYTES = 2 * 2 ** 20;
const CLOSE_MS = 1000;
const CLOSED = 'the disk is closed';
const MODULE = new URL('./disk-thread-worker', import.meta.url);
const HEAP = { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 4 };

interface Waiting {
  readonly resolve: (result: number) => void;
  readonly reject: (error: Error) => void;
  /** It has a piece of the arena. */
  readonly writes: boolean;
}

/** Starts at once, and again with the next call after it was lost. */
export function createDiskThread(): DiskThread {
  const arena = createDiskArena(ARENA_BYTES);
  const calls = new Map<number, Waiting>();
  /**
   * The system's number of each file that the thread has open, by ours. A thread that ends takes its files with it, and
   * the system gives their numbers to others at once: nobody may cut or close those.
   */
  const files = new Map<number, number>();
  /** Writes that wait for room in the arena, in their order. */
  const crowd: { readonly length: number; start(from: number): void; fail(error: Error): void }[] = [];
  let outbox: DiskRequest[] = [];
  let worker: Worker | undefined = start();
  let lastId = 0;
  let lastFile = 0;
  let closed = false;

  function start(): Worker {
    const data: DiskThreadData = { arena: arena.shared };
    const started = startThread(MODULE, { workerData: data, resourceLimits: HEAP });
    started.on('message', (answers: readonly DiskAnswer[]) => {
      for (const answer of answers) settle(answer);
      admit();
    });
    // A fault of the thread is told by its exit too.
    started.on('error', (error) => lose(started, messageOf(error)));
    started.on('exit', () => lose(started, 'it has ended'));
    return started;
  }

  function settle({ id, result, error }: DiskAnswer): void {
    const waiting = calls.get(id);
    if (waiting === undefined) return;
    calls.delete(id);
    if (waiting.writes) arena.free();
    if (error === null) waiting.resolve(result);
    else waiting.reject(Object.assign(new Error(error.message), error.code === null ? {} : { code: error.code }));
  }

  function lose(lost: Worker, why: string): void {
    if (lost !== worker) return;
    worker = undefined;
    // Nothing can be written to this disk, whatever is asked: to who asks that is as if the system said so.
    failAll(Object.assign(new Error(`the thread of the disk was lost: ${why}`), { code: 'ESRCH' }));
  }

  function failAll(error: Error): void {
    outbox = [];
    files.clear();
    arena.clear();
    const failed = [...calls.values()];
    calls.clear();
    for (const { reject } of failed) reject(error);
    for (const { fail } of crowd.splice(0)) fail(error);
  }

  function ask(job: DiskCall): Promise<number> {
    if (closed) return Promise.reject(new Error(CLOSED));
    return new Promise((resolve, reject) => {
      lastId += 1;
      calls.set(lastId, { resolve, reject, writes: job.call === 'write' });
      if (outbox.push({ id: lastId, job }) === 1) setImmediate(send);
    });
  }

  /** What is asked for within a turn of the event loop goes in one message. */
  function send(): void {
    const requests = outbox;
    outbox = [];
    if (requests.length === 0 || closed) return;
    worker ??= start();
    worker.postMessage(requests);
  }

  function opened(file: number): number {
    if (closed) throw new Error(CLOSED);
    const found = files.get(file);
    if (found === undefined) throw Object.assign(new Error('the file is not open (any more)'), { code: 'EBADF' });
    return found;
  }

  function admit(): void {
    for (let first = crowd[0]; first !== undefined; first = crowd[0]) {
      const from = arena.place(first.length);
      if (from === undefined) return;
      crowd.shift();
      first.start(from);
    }
  }

  return {
    makeFolders: async (root, folders) => void (await ask({ call: 'makeFolders', root, folders })),
    async create(path) {
      const file = await ask({ call: 'create', path });
      lastFile += 1;
      files.set(lastFile, file);
      return lastFile;
    },
    async write(file, buffers, position) {
      const to = opened(file);
      const total = buffers.reduce((sum, { byteLength }) => sum + byteLength, 0);
      const length = Math.min(total, MOST_BYTES);
      return await new Promise((resolve, reject) => {
        const start = (from: number): void => {
          copy(buffers, arena.bytes, from, length);
          ask({ call: 'write', file: to, from, length, position }).then(resolve, reject);
        };
        crowd.push({ length, start, fail: reject });
        admit();
      });
    },
    sync: async (file) => void (await ask({ call: 'sync', file: opened(file) })),
    syncFolder: async (path) => void (await ask({ call: 'syncFolder', path })),
    truncate: async (file, bytes) => void (await ask({ call: 'truncate', file: opened(file), bytes })),
    async close(file) {
      const job: DiskCall = { call: 'close', file: opened(file) };
      files.delete(file);
      await ask(job);
    },
    remove: async (path) => void (await ask({ call: 'remove', path })),
    names: async (path, diskId) => (await ask({ call: 'names', path, diskId })) === 1,
    async end() {
      closed = true;
      const last = worker;
      worker = undefined;
      failAll(new Error(CLOSED));
      if (last !== undefined) await endThread(last, CLOSE_MS);
    },
  };
}

/** `fill` copies in one piece; V8 copies into shared memory by `set` a byte at a time (Node 20 to 24). */
function copy(buffers: readonly Uint8Array[], to: Buffer, from: number, length: number): void {
  const end = from + length;
  let at = from;
  for (const buffer of buffers) {
    if (at === end) return;
    if (buffer.byteLength === 0) continue;
    const next = Math.min(end, at + buffer.byteLength);
    to.fill(buffer, at, next);
    at = next;
  }
}
