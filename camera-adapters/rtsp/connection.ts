import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { checkServerIdentity, connect as connectTls } from 'node:tls';
import type { Clock } from '#base/clock';
import { type CameraCredentials, CameraFault } from '../adapter.ts';
import { faultOfConnection } from '../connection-fault.ts';
import { createLogin } from './login.ts';
import { fieldOf, type HeaderLines, type RtspAnswer, type RtspAsk, writeAnswer, writeRequest } from './message.ts';
import { createWireReader } from './wire-reader.ts';

/** One packet of a channel; the bytes are valid during the call only. */
export type PacketTaker = (bytes: Uint8Array, start: number, end: number, arrivedMs: number) => void;

/** The control connection of a camera: one request at a time, and packets between them. */
export interface RtspConnection {
  readonly localAddress: string;
  readonly remoteAddress: string;
  /**
   * The camera's answer, whatever its status, once the login is done. Rejects with `CameraFault`, or with what the
   * connection failed for.
   */
  request(method: string, url: string, headers?: HeaderLines): Promise<RtspAnswer>;
  /** From now on `taker` gets the packets of `channel`; `undefined` where there is none yet. */
  take(channel: number, taker: PacketTaker): void;
  takerOf(channel: number): PacketTaker | undefined;
  sendPacket(channel: number, packet: Uint8Array): void;
  /** Since the beginning: what came over this connection, packets of any channel. */
  readonly received: Readonly<Received>;
  /** What it failed for: once nothing is read any more. */
  readonly failed: Promise<unknown>;
  /** Ends the reading and rejects what waits; the socket stays until `close`. The first reason counts. */
  fail(reason: unknown): void;
  /** Says goodbye where there is a session, waits for the camera to hang up but not for long, and leaves nothing open. */
  close(session: { readonly url: string; readonly id: string } | null): Promise<void>;
}

export interface Received {
  bytes: number;
  packets: number;
}

export interface ConnectionOptions {
  readonly host: string;
  readonly port: number;
  /** `null`: without TLS. `serverName`: what the certificate must be for; `null` takes any. */
  readonly tls: { readonly serverName: string | null } | null;
  readonly credentials: CameraCredentials;
  readonly clock: Clock;
  /** ms, for the connection itself and for each answer. */
  readonly answerMs: number;
  readonly signal: AbortSignal;
  /** What it means that the camera hangs up now. */
  readonly hungUp: (cause?: unknown) => CameraFault;
  /** A packet of a channel that nobody takes. May `take` the channel; the packet is handed on then. */
  readonly unknownChannel: (channel: number, bytes: Uint8Array, start: number) => void;
}

/**
 * All connections of the thread read into the same memory: libuv asks for it, reads and calls back in one go (on Linux),
 * and nothing of it is needed afterwards.
 */
const READ_MEMORY = Buffer.allocUnsafeSlow(65_536);
/** ms for the rest of a body that lacks no more than a line end. */
const LINE_END_MS = 200;
const LINE_END = 2;
/** ms that a camera has to hang up after TEARDOWN. */
const FAREWELL_MS = 500;
const MOST_LOGINS = 3;
/** Bytes that wait to be sent to a camera that asks and does not listen. */
const MOST_WAITING = 65_536;
const MOST_UNANSWERED = 16;
/** What a camera may ask at once, and the ms after which it may ask once more. */
const MOST_ASKS = 100;
const MS_FOR_AN_ASK = 200;
const AGENT: HeaderLines[number] = ['User-Agent', 'Tamnhin'];
const ASKED: Readonly<Record<string, readonly [status: number, reason: string]>> = {
  OPTIONS: [200, 'OK'],
  GET_PARAMETER: [200, 'OK'],
  SET_PARAMETER: [200, 'OK'],
  // A new description; what it changes is seen in the stream itself.
  ANNOUNCE: [200, 'OK'],
  REDIRECT: [200, 'OK'],
  TEARDOWN: [200, 'OK'],
};

interface Pending {
  readonly resolve: (answer: RtspAnswer) => void;
  readonly reject: (reason: unknown) => void;
  readonly cancel: () => void;
}

/** Dials; rejects with `CameraFault`, or with the signal's reason. */
export async function openConnection(options: ConnectionOptions): Promise<RtspConnection> {
  const { clock } = options;
  const login = createLogin(options.credentials);
  const takers: (PacketTaker | undefined)[] = new Array<undefined>(256).fill(undefined);
  let pending: Pending | undefined;
  let sequence = 0;
  /** Numbers of requests whose answer did not come in time and may still come. */
  const unanswered: number[] = [];
  let cancelSettle: (() => void) | undefined;
  const begunMs = clock.monotonic();
  let arrivedMs = begunMs;
  let asks = 0;
  const counted: Received = { bytes: 0, packets: 0 };
  let over: { readonly reason: unknown } | undefined;
  let tellFailed: (reason: unknown) => void = () => {};
  const failed = new Promise<unknown>((resolve) => {
    tellFailed = resolve;
  });

  function fail(reason: unknown): void {
    if (over !== undefined) return;
    over = { reason };
    reader.stop();
    cancelSettle?.();
    pending?.cancel();
    pending?.reject(reason);
    pending = undefined;
    tellFailed(reason);
  }

  const reader = createWireReader({
    message(message) {
      if (message.kind === 'ask') return asked(message);
      const number = Number(fieldOf(message.headers, 'cseq'));
      const late = unanswered.indexOf(number);
      if (late >= 0) {
        unanswered.splice(late, 1);
      } else if (message.status >= 200) {
        // Some cameras get the number wrong or leave it out; there is only one request that it can be for.
        pending?.cancel();
        pending?.resolve(message);
        pending = undefined;
      }
    },
    packet(channel, bytes, start, end) {
      counted.packets += 1;
      const taker = takers[channel];
      if (taker !== undefined) return taker(bytes, start, end, arrivedMs);
      options.unknownChannel(channel, bytes, start);
      takers[channel]?.(bytes, start, end, arrivedMs);
    },
    knows: (channel) => takers[channel] !== undefined,
  });

  function received(bytes: Uint8Array, length: number): void {
    arrivedMs = clock.monotonic();
    counted.bytes += length;
    try {
      reader.push(bytes, length);
    } catch (error) {
      fail(error);
    }
    cancelSettle?.();
    cancelSettle = undefined;
    if (pending === undefined) return;
    const missing = reader.missing();
    if (missing > 0 && missing <= LINE_END) cancelSettle = clock.after(LINE_END_MS, settle);
  }

  function settle(): void {
    try {
      reader.settle();
    } catch (error) {
      fail(error);
    }
  }

  function asked(ask: RtspAsk): void {
    asks += 1;
    if (socket.writableLength > MOST_WAITING || asks > MOST_ASKS + (arrivedMs - begunMs) / MS_FOR_AN_ASK) {
      throw new CameraFault('malformedStream', 'the device asks without end');
    }
    const [status, reason] = ASKED[ask.method] ?? [501, 'Not Implemented'];
    const headers = ['cseq', 'session'].flatMap((name): HeaderLines => {
      const value = fieldOf(ask.headers, name);
      return value === undefined ? [] : [[name === 'cseq' ? 'CSeq' : 'Session', value.slice(0, 256)]];
    });
    const methods: HeaderLines = ask.method === 'OPTIONS' ? [['Public', Object.keys(ASKED).join(', ')]] : [];
    socket.write(writeAnswer(status, reason, [...headers, ...methods]));
    if (ask.method === 'REDIRECT') throw redirected();
    if (ask.method === 'TEARDOWN') throw new CameraFault('ended', 'the device ended the stream');
  }

  function compose(method: string, url: string, headers: HeaderLines): string {
    sequence += 1;
    const answer = login.answer(method, url);
    const authorization: HeaderLines = answer === undefined ? [] : [['Authorization', answer]];
    return writeRequest(method, url, [['CSeq', `${sequence}`], AGENT, ...authorization, ...headers]);
  }

  function exchange(method: string, url: string, headers: HeaderLines): Promise<RtspAnswer> {
    return new Promise((resolve, reject) => {
      if (over !== undefined) return reject(over.reason);
      if (pending !== undefined) return reject(new CameraFault('internal', 'a request is under way'));
      socket.write(compose(method, url, headers));
      const number = sequence;
      const cancel = clock.after(options.answerMs, () => {
        pending = undefined;
        unanswered.push(number);
        if (unanswered.length > MOST_UNANSWERED) unanswered.shift();
        reject(new CameraFault('timeout', `the device does not answer ${method}`));
      });
      pending = { resolve, reject, cancel };
    });
  }

  const socket = dial(options, received);
  socket.on('error', (error) => fail(connected ? options.hungUp(error) : faultOfConnection(error)));
  let connected = false;
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => {
      fail(options.hungUp());
      resolve();
    });
  });

  async function close(farewell: string | null): Promise<void> {
    fail(new CameraFault('internal', 'the connection was closed'));
    if (farewell !== null && connected && socket.writable) {
      socket.end(farewell);
      let cancel: (() => void) | undefined;
      const enough = new Promise<void>((resolve) => {
        cancel = clock.after(FAREWELL_MS, resolve);
      });
      await Promise.race([closed, enough]);
      cancel?.();
    }
    socket.destroy();
    await closed;
  }

  const abort = (): void => fail(options.signal.reason);
  options.signal.addEventListener('abort', abort, { once: true });
  if (options.signal.aborted) abort();
  void failed.then(() => options.signal.removeEventListener('abort', abort));
  try {
    await established(socket, options, failed);
  } catch (error) {
    await close(null);
    throw error;
  }
  connected = true;

  return {
    localAddress: socket.localAddress ?? '',
    remoteAddress: socket.remoteAddress ?? '',
    async request(method, url, headers = []) {
      let answered = false;
      for (let tries = 1; ; tries += 1) {
        const answer = await exchange(method, url, headers);
        if (answer.status !== 401) return answer;
        login.refused(answer.headers.get('www-authenticate') ?? [], answered);
        answered = true;
        if (tries === MOST_LOGINS) throw new CameraFault('unauthorised', 'the device refuses user name or password');
      }
    },
    take(channel, taker) {
      takers[channel] = taker;
    },
    takerOf: (channel) => takers[channel],
    received: counted,
    sendPacket(channel, packet) {
      if (over !== undefined || socket.writableLength > MOST_WAITING) return;
      const head = Uint8Array.of(0x24, channel, packet.length >> 8, packet.length & 0xff);
      socket.write(Buffer.concat([head, packet]));
    },
    failed,
    fail,
    close: (session) => close(session === null ? null : compose('TEARDOWN', session.url, [['Session', session.id]])),
  };
}

/** The device wants us elsewhere; that address went through no check of ours. */
export function redirected(): CameraFault {
  return new CameraFault('refusedAddress', 'the device sends us to another address: register that one');
}

function dial(options: ConnectionOptions, received: (bytes: Uint8Array, length: number) => void): Socket {
  const { host, port, tls } = options;
  if (tls === null) {
    return connectTcp({
      host,
      port,
      noDelay: true,
      keepAlive: true,
      onread: {
        buffer: READ_MEMORY,
        callback(length, bytes) {
          received(bytes, length);
          return true;
        },
      },
    });
  }
  const { serverName } = tls;
  const socket = connectTls({
    host,
    port,
    rejectUnauthorized: serverName !== null,
    ...(serverName === null || isIP(serverName) !== 0 ? {} : { servername: serverName }),
    checkServerIdentity: (_host, certificate) =>
      serverName === null ? undefined : checkServerIdentity(serverName, certificate),
  });
  socket.setNoDelay(true);
  socket.setKeepAlive(true);
  socket.on('data', (bytes: Buffer) => received(bytes, bytes.length));
  return socket;
}

/** Resolves once requests can be sent. */
async function established(socket: Socket, options: ConnectionOptions, failed: Promise<unknown>): Promise<void> {
  let cancel: (() => void) | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once(options.tls === null ? 'connect' : 'secureConnect', () => resolve());
      void failed.then(reject);
      cancel = options.clock.after(options.answerMs, () => {
        reject(new CameraFault('timeout', 'the device does not answer'));
      });
    });
  } finally {
    cancel?.();
  }
}
