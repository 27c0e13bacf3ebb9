import { createHash } from 'node:crypto';
import type { Logger } from '#base/log';
import type { PhoneFormat } from '#contracts/phone';

/** Browsers that send their camera, each by the secret key of its camera. */
export interface PhoneIngest {
  /** All keys that may send: key → camera. A sender whose key is gone is ended at once. */
  setKeys(keys: ReadonlyMap<string, string>): void;
  /**
   * Takes a sender in; the one before with this key is ended with `elsewhere`. `null`: nobody has this key. `ended` is
   * called at most once, and not after `leave`.
   */
  join(key: string, format: PhoneFormat, ended: (why: PhoneEnd) => void): PhoneSender | null;
  publishing(cameraId: string): boolean;
  /** `publishing` rises and falls. */
  onPublish(listener: (cameraId: string, publishing: boolean) => void): () => void;
  /** What is sent, from its first byte; `null` without a sender, and when it was taken already. */
  take(cameraId: string): PhoneStream | null;
  close(): void;
}

/** `again`: it can go on with a new recorder. */
export type PhoneEnd = 'elsewhere' | 'unknownKey' | 'again';

export interface PhoneSender {
  readonly cameraId: string;
  write(piece: Uint8Array): void;
  leave(): void;
}

export interface PhoneStream {
  readonly format: PhoneFormat;
  /** Ends when the sender has left. */
  readonly pieces: AsyncIterable<Uint8Array>;
  /** Whoever reads it stops: the sender must begin again. */
  giveUp(): void;
}

/** Bytes that may wait for FFmpeg: some 20 s of a phone's picture. More is a reader that hangs. */
const MOST_WAITING = 8 * 2 ** 20;

export function createPhoneIngest({ log }: { readonly log: Logger }): PhoneIngest {
  const senders = new Map<string, Sender>();
  const listeners = new Set<(cameraId: string, publishing: boolean) => void>();
  let cameras: ReadonlyMap<string, string> = new Map();

  interface Sender {
    readonly digest: string;
    readonly format: PhoneFormat;
    readonly pipe: Pipe;
    taken: boolean;
    readonly ended: (why: PhoneEnd) => void;
  }

  function told(cameraId: string, publishing: boolean): void {
    log.info({ cameraId }, publishing ? 'a phone sends its camera' : 'the phone left');
    for (const listener of listeners) listener(cameraId, publishing);
  }

  function end(cameraId: string, sender: Sender, why: PhoneEnd | null): void {
    if (senders.get(cameraId) !== sender) return;
    senders.delete(cameraId);
    sender.pipe.end();
    if (why !== null) sender.ended(why);
    told(cameraId, false);
  }

  return {
    setKeys(keys) {
      cameras = new Map([...keys].map(([key, cameraId]) => [digestOf(key), cameraId]));
      for (const [cameraId, sender] of [...senders]) {
        if (cameras.get(sender.digest) !== cameraId) end(cameraId, sender, 'unknownKey');
      }
    },
    join(key, format, ended) {
      const digest = digestOf(key);
      const cameraId = cameras.get(digest);
      if (cameraId === undefined) return null;
      const before = senders.get(cameraId);
      if (before !== undefined) end(cameraId, before, 'elsewhere');
      const sender: Sender = { digest, format, pipe: createPipe(), taken: false, ended };
      senders.set(cameraId, sender);
      told(cameraId, true);
      return {
        cameraId,
        write(piece) {
          if (!sender.pipe.push(piece)) end(cameraId, sender, 'again');
        },
        leave: () => end(cameraId, sender, null),
      };
    },
    publishing: (cameraId) => senders.has(cameraId),
    onPublish(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    take(cameraId) {
      const sender = senders.get(cameraId);
      if (sender === undefined || sender.taken) return null;
      sender.taken = true;
      return { format: sender.format, pieces: sender.pipe.pieces, giveUp: () => end(cameraId, sender, 'again') };
    },
    close() {
      for (const [cameraId, sender] of [...senders]) end(cameraId, sender, 'again');
    },
  };
}

interface Pipe {
  /** False when too much waits. */
  push(piece: Uint8Array): boolean;
  end(): void;
  /** For one reader. */
  readonly pieces: AsyncIterable<Uint8Array>;
}

function createPipe(): Pipe {
  const waiting: Uint8Array[] = [];
  let bytes = 0;
  let over = false;
  let wake: (() => void) | undefined;

  async function* read(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const piece = waiting.shift();
      if (piece !== undefined) {
        bytes -= piece.byteLength;
        yield piece;
      } else if (over) return;
      else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  }

  return {
    push(piece) {
      if (over) return true;
      if (bytes + piece.byteLength > MOST_WAITING) return false;
      waiting.push(piece);
      bytes += piece.byteLength;
      wake?.();
      return true;
    },
    end() {
      over = true;
      wake?.();
    },
    pieces: read(),
  };
}

/** Keys are looked up by their digest, so that no comparison tells how much of one was right. */
function digestOf(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}
