import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type Server, type Socket } from 'node:net';
import { messageOf } from '#base/errors';
import { createRtmpSession, type Packet, type StreamRequest } from './node-media-server.ts';

/**
 * The RTMP listener: who may publish and play is decided here, before the relay of node-media-server knows of them, so
 * that a refused connection can put nothing into anybody's stream. Whatever a connection does wrong ends that
 * connection alone: every byte is parsed inside one `try`.
 */
export interface Relay {
  /** Resolves to the port. Rejects with the system's error, for example `EADDRINUSE`. */
  listen(host: string, port: number): Promise<number>;
  /** SHA-256 of each key that may publish, in hex → the name of its stream. Publishers whose key is gone are cut off. */
  setKeys(streams: ReadonlyMap<string, string>): void;
  close(): Promise<void>;
}

export interface RelayOptions {
  /** What our own reader shows to be let in. */
  readonly readSecret: string;
  /** ms without a byte from a publisher until it is cut off. */
  readonly silenceMs: number;
  /** ms that a connection has to say what it wants; 10 s when absent. */
  readonly strangerMs?: number;
  readonly onPublish: (stream: string, publishing: boolean) => void;
  /** Why a connection was refused or cut; holds no key. */
  readonly onRefusal: (address: string, reason: string) => void;
}

/** The only application name: publishers send to `rtmp://host:port/live`. */
export const APPLICATION = 'live';

const STRANGER_MS = 10_000;
/** Handshake, connect and publish take about 4 KiB. */
const STRANGER_BYTES = 64 * 1024;
const STRANGERS = 256;
const STRANGERS_PER_ADDRESS = 64;
const CONNECTIONS = 2048;
/** A key frame of a 4K camera at high quality has about 2 MiB. */
const MESSAGE_BYTES = 8 * 1024 * 1024;
/** RTMP messages interleave on chunk streams, each with a buffer; encoders use four or five. */
const CHUNK_STREAMS = 16;
/** Packets since the last key frame are kept for a reader that comes; about 30 s at 8 Mbit/s. */
const GROUP_BYTES = 32 * 1024 * 1024;
/** What our reader may have left unread before it is cut off and starts again. */
const READER_BACKLOG_BYTES = 32 * 1024 * 1024;

export function keyDigest(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

/** A connection that broke a rule; `status` is what the client is told, where RTMP has a word for it. */
class Refusal extends Error {
  readonly status: string | null;
  constructor(message: string, status: string | null = null) {
    super(message);
    this.status = status;
  }
}

interface Publisher {
  readonly digest: string;
  cut(reason: string): void;
}

export function createRelay(options: RelayOptions): Relay {
  let keys: ReadonlyMap<string, string> = new Map();
  const publishers = new Map<string, Publisher>();
  const readers = new Map<string, Set<Socket>>();
  const sockets = new Set<Socket>();
  const strangers = new Map<Socket, string>();

  function accept(socket: Socket): void {
    const address = socket.remoteAddress ?? '';
    const fromThere = [...strangers.values()].filter((other) => other === address).length;
    if (strangers.size >= STRANGERS || fromThere >= STRANGERS_PER_ADDRESS) {
      socket.destroy();
      options.onRefusal(address, 'too many connections that have not said what they want');
      return;
    }
    sockets.add(socket);
    strangers.set(socket, address);
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      sockets.delete(socket);
      strangers.delete(socket);
    });
    converse(socket, address);
  }

  /** From the first byte of one connection to its end. */
  function converse(socket: Socket, address: string): void {
    const session = createRtmpSession(socket);
    const { rtmp } = session;
    rtmp.flv = null;
    let role: 'stranger' | 'publisher' | 'reader' = 'stranger';
    let request: StreamRequest | undefined;
    let received = 0;
    let groupBytes = 0;
    let over = false;

    const deadline = setTimeout(() => end(new Refusal('did not say what it wants')), options.strangerMs ?? STRANGER_MS);

    function end(error: unknown): void {
      if (over) return;
      over = true;
      clearTimeout(deadline);
      // From here on nothing that it sends is parsed.
      socket.removeAllListeners('data');
      options.onRefusal(address, messageOf(error));
      if (error instanceof Refusal && error.status !== null) {
        rtmp.sendStatusMessage(rtmp.streamId, 'error', error.status, error.message);
        socket.destroySoon();
        setTimeout(() => socket.destroy(), 1000).unref();
      } else socket.destroy();
    }

    function known(): void {
      clearTimeout(deadline);
      strangers.delete(socket);
    }

    const allocate = rtmp.packetAlloc.bind(rtmp);
    rtmp.packetAlloc = () => {
      const limit = role === 'publisher' ? MESSAGE_BYTES : STRANGER_BYTES;
      if (rtmp.parserPacket.header.length > limit) throw new Refusal('a message is too large');
      if (rtmp.inPackets.size > CHUNK_STREAMS) throw new Refusal('too many chunk streams');
      allocate();
    };
    // It would say "published" to everybody: we answer after looking at the key.
    const respondPublish = rtmp.respondPublish.bind(rtmp);
    rtmp.respondPublish = () => undefined;
    rtmp.onOutputCallback = session.onOutput;
    rtmp.onConnectCallback = (asked) => {
      request = asked;
    };

    rtmp.onPushCallback = () => {
      if (role !== 'stranger' || request === undefined) throw new Refusal('one connection carries one stream');
      // Looked up by digest: how long that takes tells nothing about a key of 128 random bits or more.
      const digest = keyDigest(request.name);
      const stream = request.app === APPLICATION ? keys.get(digest) : undefined;
      if (stream === undefined) throw new Refusal('unknown stream key', 'NetStream.Publish.BadName');
      if (publishers.has(stream)) throw new Refusal('this key is publishing already', 'NetStream.Publish.BadName');
      known();
      role = 'publisher';
      publishers.set(stream, { digest, cut: (reason) => end(new Refusal(reason)) });
      socket.on('close', () => {
        publishers.delete(stream);
        for (const reader of readers.get(stream) ?? []) reader.destroy();
        options.onPublish(stream, false);
      });
      socket.setTimeout(options.silenceMs, () => end(new Refusal('the publisher fell silent')));
      session.onConnect({ app: APPLICATION, name: stream, host: '', query: {} });
      session.broadcast.publishGraceMs = 0;
      session.onPush();
      if (!session.isPublisher) throw new Refusal('the relay took no publisher');
      respondPublish();
      options.onPublish(stream, true);
    };

    rtmp.onPlayCallback = () => {
      const stream = request?.name ?? '';
      const readSecret = request?.query.read;
      if (role !== 'stranger' || typeof readSecret !== 'string' || !equal(readSecret, options.readSecret)) {
        throw new Refusal('playing is for the server itself');
      }
      if (!publishers.has(stream)) throw new Refusal('nobody publishes this stream');
      known();
      role = 'reader';
      const others = readers.get(stream) ?? new Set();
      readers.set(stream, others.add(socket));
      socket.on('close', () => {
        others.delete(socket);
        if (others.size === 0) readers.delete(stream);
      });
      const send = session.sendBuffer;
      session.sendBuffer = (bytes) => {
        if (socket.writableLength > READER_BACKLOG_BYTES) end(new Refusal('the reader does not keep up'));
        else send(bytes);
      };
      session.onConnect({ app: APPLICATION, name: stream, host: '', query: {} });
      session.onPlay();
    };

    rtmp.onPacketCallback = (packet: Packet) => {
      // The relay would take packets from anybody who named the stream, readers and refused publishers included.
      if (role !== 'publisher') throw new Refusal('sends packets and publishes nothing');
      // A message without payload would be relayed one byte short and break the reader's framing.
      if (packet.size === 0) return;
      packet.data = packet.data.subarray(0, packet.size);
      const { broadcast } = session;
      groupBytes = packet.flags === 3 ? packet.size : groupBytes + packet.size;
      if (groupBytes > GROUP_BYTES) broadcast.rtmpGopCache = null;
      session.onPacket(packet);
      // A second copy of the group for readers by HTTP, of whom there are none.
      broadcast.flvGopCache = null;
    };

    socket.on('close', () => {
      over = true;
      clearTimeout(deadline);
      session.onClose();
    });
    socket.on('data', (bytes) => {
      try {
        if (role === 'stranger') {
          received += bytes.length;
          if (received > STRANGER_BYTES) throw new Refusal('sends much and says nothing');
        }
        const complaint = rtmp.parserData(bytes);
        if (complaint !== null) throw new Refusal(complaint);
      } catch (error) {
        end(error);
      }
    });
  }

  const server: Server = createServer(accept);
  server.maxConnections = CONNECTIONS;

  return {
    listen: (host, port) =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen({ host, port }, () => {
          server.removeListener('error', reject);
          server.on('error', (error) => options.onRefusal('', messageOf(error)));
          const bound = server.address();
          resolve(typeof bound === 'object' && bound !== null ? bound.port : port);
        });
      }),
    setKeys(streams) {
      keys = streams;
      for (const [stream, publisher] of publishers) {
        if (keys.get(publisher.digest) !== stream) publisher.cut('its key is no longer known');
      }
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function equal(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}
