import type { Socket } from 'node:net';
import { createRtspReader, type RtspAnswer, type RtspRequest, writeAnswer } from './message.ts';

/** One control connection of an RTSP 1.0 server, seen from the server. */
export interface RtspConnection {
  /** ms on `performance.now()`; the last request or packet of the other side. */
  readonly heardMs: number;
  readonly closed: boolean;
  /** Something of the other side came by another way: a receiver report over UDP. */
  heard(): void;
  close(): void;
}

export interface ConnectionOptions {
  /** Requests come one after another (RFC 2326 §1.4); a rejection is answered with 503. */
  answer(request: RtspRequest): Promise<RtspAnswer>;
  /** A packet that the other side sent between its requests. */
  packet?(channel: number, bytes: Buffer): void;
  closed(): void;
}

/** Requests that wait for the answer to one before them; a player waits for each answer. */
const MOST_WAITING = 32;
/** Bytes of answers that wait for a player that asks and does not read; some hundred answers. */
const MOST_UNREAD = 65_536;

/** Reads and answers until the other side goes, TEARDOWN is answered, or what comes is no RTSP. */
export function serveConnection(socket: Socket, options: ConnectionOptions): RtspConnection {
  let heardMs = performance.now();
  let closed = false;
  let queue = Promise.resolve();
  let waiting = 0;
  let unread = 0;

  const reader = createRtspReader({
    request(request) {
      heardMs = performance.now();
      waiting += 1;
      if (waiting > MOST_WAITING) return void socket.destroy();
      queue = queue.then(async () => {
        const answer = closed ? null : await options.answer(request).catch((): RtspAnswer => ({ status: 503 }));
        waiting -= 1;
        if (closed || answer === null) return;
        write(writeAnswer(answer, request.headers.get('cseq')));
        if (request.method === 'TEARDOWN') socket.end();
      });
    },
    packet(channel, bytes) {
      heardMs = performance.now();
      options.packet?.(channel, bytes);
    },
  });

  /** Only answers are counted: what a stream leaves waiting is the stream's to limit. */
  function write(text: string): void {
    const bytes = Buffer.from(text);
    unread += bytes.length;
    if (unread > MOST_UNREAD) return void socket.destroy();
    socket.write(bytes, () => {
      unread -= bytes.length;
    });
  }

  socket.setNoDelay(true);
  socket.on('data', (chunk: Buffer) => {
    try {
      reader.push(chunk);
    } catch {
      // What follows cannot be found in the bytes any more.
      socket.end(writeAnswer({ status: 400 }, undefined));
    }
  });
  socket.on('error', () => {});
  socket.once('close', () => {
    closed = true;
    options.closed();
  });

  return {
    get heardMs() {
      return heardMs;
    },
    get closed() {
      return closed;
    },
    heard() {
      heardMs = performance.now();
    },
    close: () => void socket.destroy(),
  };
}
