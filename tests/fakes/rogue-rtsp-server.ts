import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

/** A camera that does what a test tells it to, over a real socket; what it is not told, it does as it should. */
export interface RogueRtspServer {
  readonly url: string;
  /** First lines of what it was asked, in order. */
  readonly asked: readonly string[];
  readonly requests: readonly RogueRequest[];
  /** Connections that are open. Settles at 0 once the client has let go. */
  open(): number;
  /** Resolves when no connection is open any more. */
  deserted(): Promise<void>;
  stop(): Promise<void>;
}

export interface RogueRequest {
  readonly method: string;
  readonly url: string;
  readonly text: string;
  /** Value of a header, or empty. */
  header(name: string): string;
}

export interface RogueCamera {
  readonly socket: Socket;
  /** Resolves once the connection is closed. */
  readonly closed: Promise<void>;
  /** `headers` as lines; a body brings its own length, unless `headers` has one. */
  answer(request: RogueRequest, status?: string, headers?: readonly string[], body?: string): void;
  send(bytes: Uint8Array | string): void;
}

export type RogueStep = (request: RogueRequest, camera: RogueCamera) => void;
export type RogueSteps = Readonly<Record<string, RogueStep>>;

export const ROGUE_SDP = [
  'v=0',
  'o=- 0 0 IN IP4 127.0.0.1',
  's=rogue',
  't=0 0',
  'm=video 0 RTP/AVP 96',
  'a=rtpmap:96 H264/90000',
  'a=control:track1',
  '',
].join('\r\n');

/** What a camera should do, step by step. */
export const ORDERLY: RogueSteps = {
  OPTIONS: (request, camera) => camera.answer(request, '200 OK', ['Public: OPTIONS, DESCRIBE, SETUP, PLAY']),
  DESCRIBE: (request, camera) => camera.answer(request, '200 OK', ['Content-Type: application/sdp'], ROGUE_SDP),
  SETUP(request, camera) {
    camera.answer(request, '200 OK', [`Transport: ${request.header('transport')}`, 'Session: 7;timeout=60']);
  },
  PLAY: (request, camera) => camera.answer(request, '200 OK', ['Session: 7']),
  GET_PARAMETER: (request, camera) => camera.answer(request),
  TEARDOWN(request, camera) {
    camera.answer(request);
    camera.socket.end();
  },
};

export async function startRogueRtspServer(steps: RogueSteps): Promise<RogueRtspServer> {
  const sockets = new Set<Socket>();
  const requests: RogueRequest[] = [];
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    const closed = new Promise<void>((resolve) => {
      socket.once('close', () => {
        sockets.delete(socket);
        resolve();
      });
    });
    const camera: RogueCamera = {
      socket,
      closed,
      answer(request, status = '200 OK', headers = [], body = '') {
        const length = body === '' ? [] : [`Content-Length: ${Buffer.byteLength(body)}`];
        const declared = headers.some((line) => /^content-length:/i.test(line)) ? [] : length;
        const lines = [`RTSP/1.0 ${status}`, `CSeq: ${request.header('cseq')}`, ...headers, ...declared];
        camera.send(`${lines.join('\r\n')}\r\n\r\n${body}`);
      },
      send(bytes) {
        if (socket.writable) socket.write(bytes);
      },
    };
    steps.CONNECT?.(blankRequest, camera);
    let rest = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      rest = Buffer.concat([rest, chunk]);
      for (;;) {
        if (rest[0] === 0x24) {
          if (rest.length < 4 || rest.length < 4 + rest.readUInt16BE(2)) return;
          rest = rest.subarray(4 + rest.readUInt16BE(2));
          continue;
        }
        const end = rest.indexOf('\r\n\r\n');
        if (end < 0) return;
        const request = readRequest(rest.toString('utf8', 0, end));
        rest = rest.subarray(end + 4);
        requests.push(request);
        (steps[request.method] ?? ORDERLY[request.method])?.(request, camera);
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `rtsp://127.0.0.1:${port}/live`,
    get asked() {
      return requests.map(({ method, url }) => `${method} ${url.replace(/^.*?:\d+/, '')}`);
    },
    requests,
    open: () => sockets.size,
    async deserted() {
      while (sockets.size > 0) await Promise.race([...sockets].map((socket) => once(socket, 'close')));
    },
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function readRequest(text: string): RogueRequest {
  const [first = '', ...lines] = text.split('\r\n');
  const [method = '', url = ''] = first.split(' ');
  return {
    method,
    url,
    text,
    header: (name) => {
      const line = lines.find((candidate) => candidate.toLowerCase().startsWith(`${name.toLowerCase()}:`));
      return line?.slice(name.length + 1).trim() ?? '';
    },
  };
}

const blankRequest = readRequest('');

/** One RTP packet; `extra` goes behind the header. */
export function rtpPacket(options: {
  readonly sequence: number;
  readonly ssrc?: number;
  readonly timestamp?: number;
  readonly type?: number;
  readonly marker?: boolean;
  readonly payload?: Uint8Array;
}): Buffer {
  const { sequence, ssrc = 1, timestamp = 0, type = 96, marker = false, payload = Buffer.from([1, 2, 3, 4]) } = options;
  const head = Buffer.alloc(12);
  head.writeUInt8(0x80, 0);
  head.writeUInt8((marker ? 0x80 : 0) | type, 1);
  head.writeUInt16BE(sequence & 0xffff, 2);
  head.writeUInt32BE(timestamp >>> 0, 4);
  head.writeUInt32BE(ssrc >>> 0, 8);
  return Buffer.concat([head, payload]);
}

/** A packet between messages (RFC 2326 §10.12). */
export function interleaved(channel: number, packet: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([0x24, channel, packet.length >> 8, packet.length & 0xff]), packet]);
}
