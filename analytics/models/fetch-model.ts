import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { Fault, messageOf } from '#base/errors';
import type { PublishedModel } from './default-model.ts';
import type { ModelFolder } from './model-folder.ts';

/** Of a small detector; the largest of its family has 400 MB. */
const MOST_BYTES = 500 * 2 ** 20;
const STALL_MS = 30_000;
const ALL_MS = 1_800_000;

/**
 * Fetches a model from its publisher, or from a copy of it inside the province. Nothing has its name before its hash was
 * found right. Rejects with `Fault` whose message is for a person at a terminal.
 */
export async function fetchModel(
  model: PublishedModel,
  options: {
    readonly folder: ModelFolder;
    readonly signal: AbortSignal;
    /** Called now and then; `total` where the other side says it. */
    readonly onProgress: (bytes: number, total: number | null) => void;
    readonly mostBytes?: number;
    /** ms without an answer, or without a byte. */
    readonly stallMs?: number;
  },
): Promise<{ readonly sha256: string }> {
  const { folder, onProgress, mostBytes = MOST_BYTES, stallMs = STALL_MS } = options;
  const { url } = model;
  const overall = AbortSignal.any([options.signal, AbortSignal.timeout(ALL_MS)]);
  const stalled = new AbortController();
  let timer = setTimeout(stall, stallMs);
  function stall(): void {
    stalled.abort(failed(url, `nothing came for ${stallMs / 1000} s`));
  }
  function alive(): void {
    clearTimeout(timer);
    timer = setTimeout(stall, stallMs);
  }
  const signal = AbortSignal.any([overall, stalled.signal]);
  let sha256 = '';
  try {
    const reply = await fetch(url, { signal, redirect: 'follow' });
    if (!reply.ok || reply.body === null) throw failed(url, `it answers ${reply.status}`);
    // Otherwise anybody on the way could exchange it, before the hash says so.
    if (url.startsWith('https:') && !reply.url.startsWith('https:')) throw failed(url, 'it leads to an open line');
    const total = Number(reply.headers.get('content-length')) || null;
    if (total !== null && total > mostBytes)
      throw failed(url, `it wants to send ${total} bytes; ${mostBytes} are allowed`);
    const content = counted(reply.body, (bytes) => {
      alive();
      onProgress(bytes, total);
    });
    await folder.receive(model.name, Readable.from(content), {
      ...{ signal, mostBytes },
      async accept(found) {
        sha256 = found;
        if (found !== model.sha256) throw otherFile(model, found);
        // The card first: whoever sees the model finds it.
        await folder.writeCard(model.name, `${JSON.stringify(model.card(found), null, 2)}\n`);
      },
    });
    return { sha256 };
  } catch (error) {
    if (stalled.signal.aborted) throw stalled.signal.reason;
    if (error instanceof Fault || options.signal.aborted) throw error;
    if (overall.aborted) throw failed(url, `it was not over after ${ALL_MS / 60_000} minutes`);
    throw failed(url, reasonOf(error), error);
  } finally {
    clearTimeout(timer);
  }
}

async function* counted(body: ReadableStream<Uint8Array>, onBytes: (bytes: number) => void) {
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    onBytes(bytes);
    yield Buffer.from(chunk);
  }
}

function otherFile({ url, sha256 }: PublishedModel, found: string): Fault {
  return new Fault(
    'invalid',
    'model.wrongHash',
    `${url} gave another file than the one that is known, and it was not kept.\n  came:  sha-256 ${found}\n  known: sha-256 ${sha256}`,
  );
}

function failed(url: string, why: string, cause?: unknown): Fault {
  return new Fault('unavailable', 'model.notFetched', `the model could not be fetched from ${url}: ${why}`, { cause });
}

/** What `fetch` rejects with says little itself; its cause names the system's error. */
function reasonOf(error: unknown): string {
  return error instanceof Error && error.cause !== undefined ? messageOf(error.cause) : messageOf(error);
}
