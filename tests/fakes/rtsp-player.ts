import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { authorization, chooseChallenge } from '../../camera-adapters/digest.ts';

/** The least that plays RTSP over TCP: knows the words, and gives the bytes away as they come. */
export interface RtspPlayer {
  readonly socket: Socket;
  request(method: string, url: string, headers?: Readonly<Record<string, string>>): Promise<RtspReply>;
  /** DESCRIBE, SETUP of all tracks, PLAY; from then on `onBytes` gets what comes, RTSP frames and all. */
  play(url: string, onBytes: (bytes: Buffer) => void): Promise<void>;
  close(): void;
}

export interface RtspReply {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

export interface RtspLogin {
  readonly username: string;
  readonly password: string;
}

const ANSWER_MS = 20_000;

export async function openRtspPlayer(port: number, login?: RtspLogin, host = '127.0.0.1'): Promise<RtspPlayer> {
  const socket = connect(port, host);
  await once(socket, 'connect');
  socket.setNoDelay(true);
  let sequence = 0;
  let rest: Buffer = Buffer.alloc(0);
  let challenge: ReturnType<typeof chooseChallenge>;

  /** Reads up to the end of one answer; what follows stays in `rest`. */
  async function answer(): Promise<RtspReply> {
    const timer = setTimeout(() => socket.destroy(new Error('no answer')), ANSWER_MS);
    try {
      for (;;) {
        const end = rest.indexOf('\r\n\r\n');
        if (end >= 0) {
          const [first = '', ...lines] = rest.toString('latin1', 0, end).split('\r\n');
          const headers = new Map(lines.map((line) => [line.split(':')[0]?.toLowerCase() ?? '', afterColon(line)]));
          const length = Number(headers.get('content-length') ?? 0);
          if (rest.length >= end + 4 + length) {
            const body = rest.toString('utf8', end + 4, end + 4 + length);
            rest = rest.subarray(end + 4 + length);
            return { status: Number(first.split(' ')[1]), headers, body };
          }
        }
        const chunk = await nextChunk(socket);
        rest = Buffer.concat([rest, chunk]);
      }
    } finally {
      clearTimeout(timer);
    }
  }

  async function send(method: string, url: string, headers: Readonly<Record<string, string>>): Promise<RtspReply> {
    sequence += 1;
    const lines = [`${method} ${url} RTSP/1.0`, `CSeq: ${sequence}`];
    for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`);
    if (challenge !== undefined && login !== undefined) {
      lines.push(`Authorization: ${authorization(challenge, login, { method, uri: url }, { count: 1, cnonce: 'x' })}`);
    }
    socket.write(`${lines.join('\r\n')}\r\n\r\n`);
    return answer();
  }

  async function request(method: string, url: string, headers = {}): Promise<RtspReply> {
    const reply = await send(method, url, headers);
    const offer = reply.headers.get('www-authenticate');
    if (reply.status !== 401 || login === undefined || offer === undefined || challenge !== undefined) return reply;
    challenge = chooseChallenge([offer]);
    return send(method, url, headers);
  }

  async function well(method: string, url: string, headers = {}): Promise<RtspReply> {
    const reply = await request(method, url, headers);
    if (reply.status !== 200) throw new Error(`${method} ${url}: ${reply.status}`);
    return reply;
  }

  return {
    socket,
    request,
    async play(url, onBytes) {
      const { body } = await well('DESCRIBE', url);
      let session = {};
      const tracks = body.split('\r\n').filter((line) => line.startsWith('a=control:track'));
      for (const [index, line] of tracks.entries()) {
        const Transport = `RTP/AVP/TCP;unicast;interleaved=${index * 2}-${index * 2 + 1}`;
        const { headers } = await well('SETUP', `${url}/${line.slice('a=control:'.length)}`, { Transport, ...session });
        session = { Session: headers.get('session')?.split(';')[0] ?? '' };
      }
      await well('PLAY', url, session);
      if (rest.length > 0) onBytes(rest);
      socket.on('data', onBytes);
      socket.resume();
    },
    close: () => void socket.destroy(),
  };
}

const afterColon = (line: string): string => line.slice(line.indexOf(':') + 1).trim();

function nextChunk(socket: Socket): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void): void => {
      socket.pause();
      socket.off('data', onData);
      socket.off('close', onClose);
      act();
    };
    const onData = (chunk: Buffer): void => settle(() => resolve(chunk));
    const onClose = (): void => settle(() => reject(new Error('the connection was closed')));
    socket.on('data', onData);
    socket.on('close', onClose);
    socket.on('error', () => {});
    socket.resume();
  });
}
