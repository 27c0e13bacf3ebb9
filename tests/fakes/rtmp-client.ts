import { connect, type Socket } from 'node:net';

/** RTMP by hand, for sending what no encoder would: one connection, its messages written as they stand (RTMP 1.0 §5). */
export interface RtmpClient {
  /** A command in AMF0: name, transaction and what follows. */
  command(name: string, ...values: readonly Amf[]): void;
  /** Connect, createStream, publish: as far as the server lets it come. */
  publish(app: string, key: string): void;
  play(app: string, name: string): void;
  /** One message of any type: 8 is audio, 9 video, 18 metadata. */
  message(type: number, payload: Uint8Array): void;
  raw(bytes: Uint8Array): void;
  /** Resolves when the server has sent `text`, rejects when it hangs up before. */
  until(text: string): Promise<void>;
  /** Bytes that came after the handshake. */
  received(): Buffer;
  closed: Promise<void>;
  close(): void;
}

export type Amf = string | number | boolean | null | { readonly [key: string]: Amf };

const HANDSHAKE_BYTES = 1 + 1536 + 1536;

export async function connectRtmp(port: number): Promise<RtmpClient> {
  const socket = connect({ port, host: '127.0.0.1' });
  socket.setNoDelay(true);
  socket.on('error', () => undefined);
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  let received = Buffer.alloc(0);
  const watchers = new Set<() => void>();
  socket.on('data', (bytes: Buffer) => {
    received = Buffer.concat([received, bytes]);
    for (const watcher of watchers) watcher();
  });
  socket.write(Buffer.concat([Buffer.from([3]), Buffer.alloc(1536)]));
  const arrived = (enough: () => boolean): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (!enough()) return;
        watchers.delete(look);
        resolve();
      };
      watchers.add(look);
      look();
      void closed.then(() => reject(new Error('the server hung up')));
    });
  await arrived(() => received.length >= HANDSHAKE_BYTES);
  socket.write(Buffer.alloc(1536));
  // Chunks as large as any message, so that none has to be split.
  message(socket, 1, Buffer.from([0, 1, 0, 0]));

  let transaction = 0;
  const command = (name: string, ...values: readonly Amf[]): void => {
    transaction += 1;
    message(socket, 20, Buffer.concat([name, transaction, ...values].map(encode)));
  };
  const open = (app: string): void => {
    command('connect', { app, tcUrl: `rtmp://127.0.0.1:${port}/${app}` });
    command('createStream', null);
  };
  return {
    command,
    publish(app, key) {
      open(app);
      command('publish', null, key, 'live');
    },
    play(app, name) {
      open(app);
      command('play', null, name);
    },
    message: (type, payload) => message(socket, type, payload),
    raw: (bytes) => void socket.write(bytes),
    until: (text) => arrived(() => received.includes(text)),
    received: () => received.subarray(HANDSHAKE_BYTES),
    closed,
    close: () => void socket.destroy(),
  };
}

/** One chunk with a full header (RTMP 1.0 §5.3.1.2.1). */
function message(socket: Socket, type: number, payload: Uint8Array): void {
  const header = Buffer.alloc(12);
  header[0] = 3;
  header.writeUIntBE(payload.length, 4, 3);
  header[7] = type;
  header.writeUInt32LE(type === 20 || type === 1 ? 0 : 1, 8);
  socket.write(Buffer.concat([header, payload]));
}

/** AMF0 §2. */
function encode(value: Amf): Buffer {
  if (value === null) return Buffer.from([5]);
  if (typeof value === 'boolean') return Buffer.from([1, value ? 1 : 0]);
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(9);
    bytes.writeDoubleBE(value, 1);
    return bytes;
  }
  if (typeof value === 'string') return Buffer.concat([Buffer.from([2]), name(value)]);
  const fields = Object.entries(value).flatMap(([key, field]) => [name(key), encode(field)]);
  return Buffer.concat([Buffer.from([3]), ...fields, Buffer.from([0, 0, 9])]);
}

function name(text: string): Buffer {
  const bytes = Buffer.from(text);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
