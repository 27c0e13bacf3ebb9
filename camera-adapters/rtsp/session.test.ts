import { createHash } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { systemClock } from '#base/clock';
import { createFastClock } from '../../tests/fakes/clock.ts';
import { count, playing, runAgainst as run } from '../../tests/fakes/rogue-rtsp-run.ts';
import { ORDERLY, ROGUE_SDP, type RogueSteps, rtpPacket } from '../../tests/fakes/rogue-rtsp-server.ts';
import { CameraFault } from '../adapter.ts';
import { NotForUs } from './rtsp-client.ts';

const LOGIN = { username: 'admin', password: 'c@m:"x' };

describe('an orderly camera', () => {
  it('is asked in order, read until the end is wanted, and told so', async () => {
    const { end, packets, server } = await run(
      playing((camera) => count(camera, 1, 5)),
      { enough: 5 },
    );
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

  it.each<[string, string[], string[]]>([
    ['names', ['Public: SETUP, PLAY, GET_PARAMETER'], ['GET_PARAMETER /live', 'OPTIONS /live']],
    ['names, by what each knows where it does not say its methods', [], ['OPTIONS /live']],
  ])('gets signs of life in half the time that it %s', async (_name, methods, expected) => {
    const steps: RogueSteps = {
      ...playing((camera) => {
        const cancel = systemClock.every(50, () => count(camera, 1, 1));
        void camera.closed.then(cancel);
      }),
      SETUP: (request, camera) =>
        camera.answer(request, '200 OK', [`Transport: ${request.header('transport')}`, 'Session: 7;timeout=2']),
      // It does not know the one and is asked the other then.
      GET_PARAMETER: (request, camera) => camera.answer(request, '405 Method Not Allowed'),
      OPTIONS(request, camera) {
        if (request.header('session') === '') camera.answer(request, '200 OK', methods);
        else camera.socket.end();
      },
    };
    const { end, server } = await run(steps, { clock: createFastClock(10), readTimeoutMs: 5000 });
    expect(end).toBe('ended');
    expect(server.asked.slice(4)).toEqual(expected);
  });

  it('over UDP gets its packets put in order, and no others', async () => {
    const steps: RogueSteps = {
      SETUP(request, camera) {
        const [, rtp = '0'] = /client_port=(\d+)/.exec(request.header('transport')) ?? [];
        camera.answer(request, '200 OK', [
          `Transport: RTP/AVP;unicast;client_port=${rtp}-${Number(rtp) + 1}`,
          'Session: 7',
        ]);
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

  it('over UDP keeps to the port that it told, once packets have come from there', async () => {
    const [ours, other] = [createSocket('udp4'), createSocket('udp4')];
    for (const socket of [ours, other]) {
      socket.bind(0, '127.0.0.1');
      await once(socket, 'listening');
    }
    let to = 0;
    const send = (socket: Socket, sequence: number, ssrc: number): Promise<void> =>
      new Promise((resolve) => socket.send(rtpPacket({ sequence, ssrc }), to, '127.0.0.1', () => resolve()));
    const steps: RogueSteps = {
      SETUP(request, camera) {
        to = Number(/client_port=(\d+)/.exec(request.header('transport'))?.[1]);
        const { port } = ours.address();
        camera.answer(request, '200 OK', [
          `Transport: RTP/AVP;unicast;client_port=${to}-${to + 1};server_port=${port}-${port + 1}`,
          'Session: 7',
        ]);
      },
      async PLAY(request, camera) {
        camera.answer(request);
        await send(ours, 1, 1);
        await send(other, 900, 2);
        await send(ours, 2, 1);
      },
    };
    const { end, packets } = await run(steps, { transport: 'udp', enough: 2 });
    for (const socket of [ours, other]) socket.close();
    expect([end, packets]).toEqual(['abort', ['!1', '2']]);
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
        camera.send(
          'OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\nANNOUNCE rtsp://x RTSP/1.0\r\nCSeq: 2\r\nContent-Length: 3\r\n\r\nv=0',
        );
        count(camera, 1, 3);
      }),
    ],
  ])('%s', async (_name, steps) => {
    const { end, packets } = await run(steps, { enough: 3, readTimeoutMs: 1000 });
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
