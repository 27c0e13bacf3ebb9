import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { type Clock, systemClock } from '#base/clock';
import { silentLogger } from '#base/log';
import {
  interleaved,
  ORDERLY,
  ROGUE_SDP,
  type RogueCamera,
  type RogueRtspServer,
  type RogueSteps,
  rtpPacket,
  startRogueRtspServer,
} from '../../tests/fakes/rogue-rtsp-server.ts';
import { CameraFault } from '../adapter.ts';
import { MOST_BODY, MOST_STRAY } from './wire-reader.ts';
import { NotForUs, type RtspRun, type RtspTrack } from './rtsp-client.ts';
import { createRtspClient } from './session.ts';

/** ms; for each answer and for silence. */
const PATIENCE_MS = 300;
const LOGIN = { username: 'admin', password: 'c@m:"x' };

const servers: RogueRtspServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});

/** The system's clock, and how many of its timers are set. */
function countedClock(): Clock & { pending(): number } {
  const set = new Set<object>();
  return {
    now: systemClock.now,
    monotonic: systemClock.monotonic,
    pending: () => set.size,
    after(delayMs, run) {
      const timer = {};
      set.add(timer);
      const cancel = systemClock.after(delayMs, () => {
        set.delete(timer);
        run();
      });
      return () => {
        set.delete(timer);
        cancel();
      };
    },
    every(periodMs, run) {
      const timer = {};
      set.add(timer);
      const cancel = systemClock.every(periodMs, run);
      return () => {
        set.delete(timer);
        cancel();
      };
    },
  };
}

interface Result {
  /** `abort`, kind of the fault, or what was thrown. */
  readonly end: string;
  readonly message: string;
  /** Number of each packet, `!` where everything begins anew. */
  readonly packets: readonly string[];
  readonly tookMs: number;
  readonly server: RogueRtspServer;
}

interface Options extends Partial<Omit<RtspRun, 'url' | 'signal'>> {
  /** Aborts after so many packets. */
  readonly enough?: number;
  readonly abortMs?: number;
  readonly url?: (url: string) => string;
  readonly onPacket?: () => void;
  readonly readTimeoutMs?: number;
}

/** Runs against a camera with `steps`, and makes sure that nothing is left of it. */
async function run(steps: RogueSteps, options: Options = {}): Promise<Result> {
  const server = await startRogueRtspServer(steps);
  servers.push(server);
  const clock = countedClock();
  const abort = new AbortController();
  const packets: string[] = [];
  const takeAll = (tracks: readonly RtspTrack[]) =>
    new Map(
      tracks.map((track) => [
        track,
        {
          packet({ sequence, fresh }: { sequence: number; fresh: boolean }) {
            packets.push(`${fresh ? '!' : ''}${sequence}`);
            options.onPacket?.();
            if (packets.length === options.enough) abort.abort();
          },
          senderReport: () => {},
        },
      ]),
    );
  const client = createRtspClient({ clock, log: silentLogger(), readTimeoutMs: options.readTimeoutMs ?? PATIENCE_MS });
  const begunMs = performance.now();
  const cancel = options.abortMs === undefined ? () => {} : systemClock.after(options.abortMs, () => abort.abort());
  let [end, message] = ['abort', ''];
  try {
    await client.run({
      url: options.url?.(server.url) ?? server.url,
      serverName: null,
      credentials: options.credentials ?? { username: '', password: '' },
      transport: options.transport ?? 'tcp',
      choose: options.choose ?? takeAll,
      signal: abort.signal,
    });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    [end, message] = [error instanceof CameraFault ? error.kind : error.name, error.message];
  }
  cancel();
  const tookMs = performance.now() - begunMs;
  expect(clock.pending()).toBe(0);
  await server.deserted();
  return { end, message, packets, tookMs, server };
}

/** Plays, and sends `packets` behind the answer. */
const playing = (send: (camera: RogueCamera) => void): RogueSteps => ({
  PLAY(request, camera) {
    camera.answer(request, '200 OK', ['Session: 7']);
    send(camera);
  },
});

const count = (camera: RogueCamera, from: number, to: number, channel = 0): void => {
  for (let sequence = from; sequence <= to; sequence += 1) camera.send(interleaved(channel, rtpPacket({ sequence })));
};

describe('an orderly camera', () => {
  it('is asked in order, read until the end is wanted, and told so', async () => {
    const { end, packets, server } = await run(playing((camera) => count(camera, 1, 5)), { enough: 5 });
    expect([end, packets]).toEqual(['abort', ['!1', '2', '3', '4', '5']]);
    expect(server.asked).toEqual([
      'OPTIONS /live',
      'DESCRIBE /live',
      'SETUP /live/track1',
      'PLAY /live',
      'TEARDOWN /live',
    ]);
    expect(server.requests.map((request) => request.header('cseq'))).toEqual(['1', '2', '3', '4', '5']);
    expect(server.requests[3]?.header('session')).toBe('7');
    expect(server.requests[2]?.header('transport')).toBe('RTP/AVP/TCP;unicast;interleaved=0-1');
  });

  it('gets signs of life in half the time that it names', async () => {
    const steps: RogueSteps = {
      ...playing((camera) => {
        const cancel = systemClock.every(50, () => count(camera, 1, 1));
        void camera.closed.then(cancel);
      }),
      SETUP: (request, camera) =>
        camera.answer(request, '200 OK', [`Transport: ${request.header('transport')}`, 'Session: 7;timeout=2']),
      // It does not know the one and is asked the other then.
      GET_PARAMETER: (request, camera) => camera.answer(request, '405 Method Not Allowed'),
      OPTIONS: (request, camera) => camera.answer(request, '200 OK', []),
    };
    const { server } = await run(steps, { abortMs: 2300 });
    expect(server.asked.slice(4)).toEqual(['GET_PARAMETER /live', 'OPTIONS /live', 'TEARDOWN /live']);
  });

  it('over UDP gets its packets put in order, and no others', async () => {
    const { createSocket } = await import('node:dgram');
    const steps: RogueSteps = {
      SETUP(request, camera) {
        const [, rtp = '0'] = /client_port=(\d+)/.exec(request.header('transport')) ?? [];
        camera.answer(request, '200 OK', [`Transport: RTP/AVP;unicast;client_port=${rtp}-${Number(rtp) + 1}`, 'Session: 7']);
        const ours = createSocket('udp4').bind(0, '127.0.0.1');
        const other = createSocket('udp4').bind(0, '127.0.0.2');
        void camera.closed.then(() => {
          ours.close();
          other.close();
        });
        other.send(rtpPacket({ sequence: 900 }), Number(rtp), '127.0.0.1', () => {
          for (const sequence of [1, 3, 2, 4]) ours.send(rtpPacket({ sequence }), Number(rtp), '127.0.0.1');
        });
      },
    };
    const { end, packets } = await run(steps, { transport: 'udp', enough: 4 });
    expect([end, packets]).toEqual(['abort', ['!1', '2', '3', '4']]);
  });
});

describe('a camera that does not send over UDP', () => {
  const overTcp = playing((camera) => count(camera, 1, 2));
  it('and says so is asked for TCP', async () => {
    const steps: RogueSteps = {
      ...overTcp,
      SETUP(request, camera) {
        if (request.header('transport').includes('/TCP')) ORDERLY.SETUP?.(request, camera);
        else camera.answer(request, '461 Unsupported Transport');
      },
    };
    const { end, packets } = await run(steps, { transport: 'udp', enough: 2 });
    expect([end, packets]).toEqual(['abort', ['!1', '2']]);
  });

  it('and does not say so, too', async () => {
    const seen = { tcp: false };
    const { end, packets } = await run(
      {
        SETUP(request, camera) {
          seen.tcp ||= request.header('transport').includes('/TCP');
          ORDERLY.SETUP?.(request, camera);
        },
        PLAY(request, camera) {
          camera.answer(request);
          if (seen.tcp) count(camera, 1, 2);
        },
      },
      { transport: 'udp', enough: 2 },
    );
    expect([end, packets]).toEqual(['abort', ['!1', '2']]);
  });
});

describe('what cameras do wrong and are forgiven', () => {
  const few = playing((camera) => count(camera, 1, 3));
  it.each<[string, RogueSteps]>([
    ['OPTIONS are not known', { ...few, OPTIONS: (request, camera) => camera.answer(request, '501 Not Implemented') }],
    [
      'answers have another number, or none',
      {
        ...few,
        OPTIONS: (_request, camera) => camera.send('RTSP/1.0 200 OK\r\n\r\n'),
        DESCRIBE: (_request, camera) =>
          camera.send(`RTSP/1.0 200 OK\r\nCSeq: 77\r\nContent-Length: ${ROGUE_SDP.length}\r\n\r\n${ROGUE_SDP}`),
      },
    ],
    [
      'the description lacks its last line end, and counts it',
      {
        ...few,
        DESCRIBE: (request, camera) =>
          camera.answer(request, '200 OK', [`Content-Length: ${ROGUE_SDP.length}`], ROGUE_SDP.slice(0, -2)),
      },
    ],
    [
      'the base of addresses is wrong',
      {
        ...few,
        DESCRIBE: (request, camera) =>
          camera.answer(request, '200 OK', ['Content-Base: rtsp://0.0.0.0/wrong/'], ROGUE_SDP),
        SETUP(request, camera) {
          if (request.url.includes('wrong')) camera.answer(request, '404 Not Found');
          else ORDERLY.SETUP?.(request, camera);
        },
        PLAY(request, camera) {
          if (request.url.includes('wrong')) camera.answer(request, '404 Not Found');
          else few.PLAY?.(request, camera);
        },
      },
    ],
    [
      'the base of addresses is none',
      {
        ...few,
        DESCRIBE: (request, camera) => camera.answer(request, '200 OK', ['Content-Base: /live'], ROGUE_SDP),
      },
    ],
    [
      'channels are others than were asked for',
      {
        ...playing((camera) => count(camera, 1, 3, 8)),
        SETUP: (request, camera) =>
          camera.answer(request, '200 OK', ['Transport: RTP/AVP/TCP;unicast;interleaved=8-9', 'Session: 7']),
      },
    ],
    ['channels are others than it said', playing((camera) => count(camera, 1, 3, 6))],
    ['SETUP is answered without a transport', { ...few, SETUP: (request, camera) => camera.answer(request) }],
    [
      'packets come before the answer',
      {
        PLAY(request, camera) {
          count(camera, 1, 3);
          camera.answer(request);
        },
      },
    ],
    [
      'stray bytes lie between packets',
      playing((camera) => {
        count(camera, 1, 1);
        camera.send(Buffer.from([0, 1, 2, 3, 0xff]));
        count(camera, 2, 2);
        camera.send('\r\n\r\nnonsense');
        count(camera, 3, 3);
      }),
    ],
    [
      'it asks things itself',
      playing((camera) => {
        camera.send('OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\nANNOUNCE rtsp://x RTSP/1.0\r\nCSeq: 2\r\nContent-Length: 3\r\n\r\nv=0');
        count(camera, 1, 3);
      }),
    ],
  ])('%s', async (_name, steps) => {
    const { end, packets } = await run(steps, { enough: 3 });
    expect([end, packets]).toEqual(['abort', ['!1', '2', '3']]);
  });
});

describe('a login', () => {
  const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
  /** Refuses `times` first, each time with another nonce. */
  const guarded = (times: number, stale = false): RogueSteps => {
    let refused = 0;
    return {
      ...playing((camera) => count(camera, 1, 1)),
      DESCRIBE(request, camera) {
        const nonce = /nonce="n(\d)"/.exec(request.header('authorization'))?.[1];
        if (nonce === undefined || refused < times) {
          refused += 1;
          const challenge = `Digest realm="r", nonce="n${refused}", qop="auth"${stale ? ', stale=true' : ''}`;
          camera.answer(request, '401 Unauthorized', [`WWW-Authenticate: ${challenge}`]);
        } else {
          camera.answer(request, '200 OK', [], ROGUE_SDP);
        }
      },
    };
  };

  it('is answered, and goes on being answered with the next count', async () => {
    const { end, server } = await run(guarded(1), { credentials: LOGIN, enough: 1 });
    expect(end).toBe('abort');
    const [, , describing, setUp] = server.requests;
    const field = (text = '', name = ''): string => new RegExp(`${name}="?([^",]*)`).exec(text)?.[1] ?? '';
    const authorization = setUp?.header('authorization') ?? '';
    expect(describing?.header('authorization')).toContain('nc=00000001');
    expect(authorization).toContain('nc=00000002');
    const middle = `n1:00000002:${field(authorization, 'cnonce')}:auth`;
    const expected = md5(`${md5('admin:r:c@m:"x')}:${middle}:${md5(`SETUP:${setUp?.url ?? ''}`)}`);
    expect(field(authorization, 'response')).toBe(expected);
  });

  it('is tried again with a new nonce where the old one was too old', async () => {
    expect((await run(guarded(2, true), { credentials: LOGIN, enough: 1 })).end).toBe('abort');
  });

  it.each([
    ['without user and password', { username: '', password: '' }, false, 'asks for user name and password'],
    ['that is wrong', LOGIN, false, 'refuses user name or password'],
    ['that is always too old', LOGIN, true, 'refuses user name or password'],
  ])('%s is refused', async (_name, credentials, stale, words) => {
    const { end, message, server } = await run(guarded(99, stale), { credentials });
    expect(end).toBe('unauthorised');
    expect(message).toContain(words);
    expect(server.asked.length).toBeLessThanOrEqual(4);
  });
});

describe('a rogue camera', () => {
  const answers = (text: string): RogueSteps[string] => (_request, camera) => camera.send(text);
  const silent = (): void => {};
  const hangsUp: RogueSteps[string] = (_request, camera) => camera.socket.end();
  const resets: RogueSteps[string] = (_request, camera) => camera.socket.resetAndDestroy();
  const drip = (text: string): RogueSteps[string] => (_request, camera) => {
    camera.send(text);
    const cancel = systemClock.every(10, () => camera.send('x'));
    void camera.closed.then(cancel);
  };
  /** Sends as long as it is listened to. */
  const floods = (piece: string | Uint8Array, first: string = ''): RogueSteps[string] => (request, camera) => {
    if (first !== '') camera.send(first.replace('CSEQ', request.header('cseq')));
    const more = (): void => {
      while (!camera.socket.destroyed && camera.socket.write(piece)) {}
    };
    camera.socket.on('drain', more);
    more();
  };
  const lines = 'a=x:0123456789\r\n'.repeat(1000);

  it.each<[string, RogueSteps, string, number]>([
    ['that is silent after it took the connection', { OPTIONS: silent }, 'timeout', 1],
    ['that is silent after OPTIONS', { DESCRIBE: silent }, 'timeout', 1],
    ['that is silent after DESCRIBE', { SETUP: silent }, 'timeout', 1],
    ['that is silent after SETUP', { PLAY: silent }, 'timeout', 1],
    ['that is silent after PLAY', {}, 'noFrames', 1.5],
    ['that is silent after packets', playing((camera) => count(camera, 1, 3)), 'noFrames', 1.75],
    ['that hangs up at once', { CONNECT: hangsUp }, 'unreachable', 1],
    ['that hangs up at OPTIONS', { OPTIONS: hangsUp }, 'unreachable', 1],
    ['that hangs up at DESCRIBE', { DESCRIBE: hangsUp }, 'unreachable', 1],
    ['that hangs up at SETUP', { SETUP: hangsUp }, 'unreachable', 1],
    ['that resets at SETUP', { SETUP: resets }, 'unreachable', 1],
    ['that hangs up after PLAY', playing((camera) => camera.socket.end()), 'noFrames', 1],
    [
      'that hangs up after packets',
      playing((camera) => {
        count(camera, 1, 3);
        camera.socket.end();
      }),
      'ended',
      1,
    ],
    ['that speaks HTTP', { OPTIONS: answers('HTTP/1.1 400 Bad Request\r\n\r\n<html>') }, 'notACamera', 1],
    ['that greets with SSH', { CONNECT: answers('SSH-2.0-OpenSSH_9.2\r\n') }, 'notACamera', 1],
    ['whose first headers do not end', { OPTIONS: floods('a: b\r\n'.repeat(1000), 'RTSP/1.0 200 OK\r\n') }, 'notACamera', 1],
    ['whose headers do not end', { DESCRIBE: floods('a: b\r\n'.repeat(1000), 'RTSP/1.0 200 OK\r\n') }, 'malformedStream', 1],
    ['whose header line does not end', { DESCRIBE: floods('x'.repeat(60_000), 'RTSP/1.0 200 OK\r\na: ') }, 'malformedStream', 1],
    ['with a negative length', { DESCRIBE: answers('RTSP/1.0 200 OK\r\nContent-Length: -5\r\n\r\nv=0') }, 'malformedStream', 1],
    ['with a huge length', { DESCRIBE: answers('RTSP/1.0 200 OK\r\nContent-Length: 4294967296\r\n\r\n') }, 'malformedStream', 1],
    ['with a description of 10 MB', { DESCRIBE: floods(lines, 'RTSP/1.0 200 OK\r\nCSeq: CSEQ\r\nContent-Length: 10485760\r\n\r\n') }, 'malformedStream', 1],
    ['with a description without end and length', { DESCRIBE: floods(lines, 'RTSP/1.0 200 OK\r\nCSeq: CSEQ\r\n\r\n') }, 'notACamera', 1],
    ['with 33 tracks', { DESCRIBE: (request, camera) => camera.answer(request, '200 OK', [], 'm=video 0 RTP/AVP 96\r\n'.repeat(33)) }, 'malformedStream', 1],
    ['without tracks', { DESCRIBE: (request, camera) => camera.answer(request, '200 OK', [], 'v=0\r\n') }, 'notACamera', 1],
    ['whose answer drips', { DESCRIBE: drip(`RTSP/1.0 200 OK\r\nContent-Length: ${MOST_BODY}\r\n\r\n`) }, 'timeout', 1],
    ['whose headers drip', { DESCRIBE: drip('RTSP/1.0 200 OK\r\na: ') }, 'timeout', 1],
    ['that says 100 and nothing else', { DESCRIBE: answers('RTSP/1.0 100 Continue\r\n\r\n') }, 'timeout', 1],
    ['that sends packets in place of answers', { DESCRIBE: (_request, camera) => {
      const cancel = systemClock.every(5, () => count(camera, 1, 20));
      void camera.closed.then(cancel);
    } }, 'timeout', 1],
    ['that sends garbage', playing((camera) => camera.send(Buffer.alloc(MOST_STRAY * 2, 0xfe))), 'malformedStream', 1],
    ['that sends packets which are none', playing((camera) => {
      const cancel = systemClock.every(20, () => camera.send(interleaved(7, Buffer.alloc(50))));
      void camera.closed.then(cancel);
    }), 'noFrames', 1.75],
    ['whose numbers stand still', playing((camera) => {
      for (let sent = 0; sent < 1100; sent += 1) count(camera, 5, 5);
    }), 'malformedStream', 1],
    ['that asks and does not listen', playing((camera) => {
      camera.socket.pause();
      const question = 'OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n'.repeat(500);
      const more = (): void => {
        while (!camera.socket.destroyed && camera.socket.write(question)) {}
      };
      camera.socket.on('drain', more);
      more();
    }), 'malformedStream', 10],
    ['that redirects', { DESCRIBE: (request, camera) => camera.answer(request, '302 Found', ['Location: rtsp://127.0.0.1:1/']) }, 'refusedAddress', 1],
    ['that redirects later', playing((camera) => camera.send('REDIRECT rtsp://x RTSP/1.0\r\nCSeq: 1\r\nLocation: rtsp://127.0.0.1:1/\r\n\r\n')), 'refusedAddress', 1],
    ['that ends the session itself', playing((camera) => camera.send('TEARDOWN rtsp://x RTSP/1.0\r\nCSeq: 1\r\n\r\n')), 'ended', 1],
    ['that says BYE', playing((camera) => {
      count(camera, 1, 1);
      camera.send(interleaved(1, Buffer.from('81cb000100000001', 'hex')));
    }), 'ended', 1],
    ['that has nothing there', { DESCRIBE: (request, camera) => camera.answer(request, '404 Not Found') }, 'unreachable', 1],
    ['that lets nobody in', { DESCRIBE: (request, camera) => camera.answer(request, '403 Forbidden') }, 'unauthorised', 1],
    ['without bandwidth', { SETUP: (request, camera) => camera.answer(request, '453 Not Enough Bandwidth') }, 'unreachable', 1],
    ['that wants UDP only', { SETUP: (request, camera) => camera.answer(request, '461 Unsupported Transport') }, 'unreachable', 1],
  ])('%s is given up as what it is, in time', async (_name, steps, kind, times) => {
    const { end, tookMs } = await run(steps);
    expect(end).toBe(kind);
    // Half a second for the farewell, and as much for a machine that is busy.
    expect(tookMs).toBeLessThan(PATIENCE_MS * times + 1000);
  });

  it('costs no memory, whatever it sends', async () => {
    const before = process.memoryUsage();
    const flood = floods(lines, 'RTSP/1.0 200 OK\r\nCSeq: CSEQ\r\n\r\n');
    for (let round = 0; round < 5; round += 1) await run({ OPTIONS: flood });
    const after = process.memoryUsage();
    expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(4 * 2 ** 20);
  });

  it('that changes source and numbers is taken as it is', async () => {
    const { packets } = await run(
      playing((camera) => {
        for (const [sequence, ssrc] of [[1, 1], [2, 1], [900, 2], [901, 2], [20_000, 2], [20_001, 2]] as const) {
          camera.send(interleaved(0, rtpPacket({ sequence, ssrc })));
        }
      }),
      { enough: 6 },
    );
    expect(packets).toEqual(['!1', '2', '!900', '901', '!20000', '20001']);
  });
});

describe('what is not the camera’s doing', () => {
  const few = playing((camera) => count(camera, 1, 3));
  it('a stream that is not for us', async () => {
    const choose = (): never => {
      throw new NotForUs('JPEG');
    };
    const { end, message, server } = await run(few, { choose });
    expect([end, message]).toEqual(['NotForUs', 'JPEG']);
    expect(server.asked.at(-1)).toBe('DESCRIBE /live');
  });

  it.each([
    ['a fault of the taker', new CameraFault('unsupportedCodec', 'x'), 'unsupportedCodec'],
    ['NotForUs of the taker', new NotForUs('x'), 'NotForUs'],
    ['a mistake of the taker', new TypeError('x'), 'internal'],
  ])('%s ends the stream', async (_name, error, expected) => {
    const onPacket = (): never => {
      throw error;
    };
    const { end, server } = await run(few, { onPacket });
    expect(end).toBe(expected);
    expect(server.asked.at(-1)).toBe('TEARDOWN /live');
  });

  it('an abort at any moment', async () => {
    const never = (): void => {};
    for (const method of ['OPTIONS', 'DESCRIBE', 'SETUP', 'PLAY']) {
      const { end, tookMs } = await run({ [method]: never }, { abortMs: 30, readTimeoutMs: 20_000 });
      expect(end).toBe('abort');
      expect(tookMs).toBeLessThan(1000);
    }
    // A camera that does not answer the farewell either.
    const { end, tookMs } = await run({ ...few, TEARDOWN: never }, { enough: 3 });
    expect(end).toBe('abort');
    expect(tookMs).toBeLessThan(1000);
  });

  it('an address that is none, and a port that nobody listens on', async () => {
    expect((await run({}, { url: () => 'http://127.0.0.1/x' })).end).toBe('refusedAddress');
    expect((await run({}, { url: () => 'rtsp://127.0.0.1:1/x' })).end).toBe('unreachable');
  });
});
