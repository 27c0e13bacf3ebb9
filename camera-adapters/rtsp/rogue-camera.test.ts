import { describe, expect, it } from 'vitest';
import { systemClock } from '#base/clock';
import { count, PATIENCE_MS, playing, runAgainst as run } from '../../tests/fakes/rogue-rtsp-run.ts';
import { interleaved, type RogueSteps, rtpPacket } from '../../tests/fakes/rogue-rtsp-server.ts';
import { MOST_BODY, MOST_STRAY } from './wire-reader.ts';

describe('a rogue camera', () => {
  const answers =
    (text: string): RogueSteps[string] =>
    (_request, camera) =>
      camera.send(text);
  const silent = (): void => {};
  const hangsUp: RogueSteps[string] = (_request, camera) => camera.socket.end();
  const resets: RogueSteps[string] = (_request, camera) => camera.socket.resetAndDestroy();
  const drip =
    (text: string): RogueSteps[string] =>
    (_request, camera) => {
      camera.send(text);
      const cancel = systemClock.every(10, () => camera.send('x'));
      void camera.closed.then(cancel);
    };
  /** Sends as long as it is listened to. */
  const floods =
    (piece: string | Uint8Array, first: string = ''): RogueSteps[string] =>
    (request, camera) => {
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
    [
      'whose first headers do not end',
      { OPTIONS: floods('a: b\r\n'.repeat(1000), 'RTSP/1.0 200 OK\r\n') },
      'notACamera',
      1,
    ],
    [
      'whose headers do not end',
      { DESCRIBE: floods('a: b\r\n'.repeat(1000), 'RTSP/1.0 200 OK\r\n') },
      'malformedStream',
      1,
    ],
    [
      'whose header line does not end',
      { DESCRIBE: floods('x'.repeat(60_000), 'RTSP/1.0 200 OK\r\na: ') },
      'malformedStream',
      1,
    ],
    [
      'with a negative length',
      { DESCRIBE: answers('RTSP/1.0 200 OK\r\nContent-Length: -5\r\n\r\nv=0') },
      'malformedStream',
      1,
    ],
    [
      'with a huge length',
      { DESCRIBE: answers('RTSP/1.0 200 OK\r\nContent-Length: 4294967296\r\n\r\n') },
      'malformedStream',
      1,
    ],
    [
      'with a description of 10 MB',
      { DESCRIBE: floods(lines, 'RTSP/1.0 200 OK\r\nCSeq: CSEQ\r\nContent-Length: 10485760\r\n\r\n') },
      'malformedStream',
      1,
    ],
    [
      'with a description without end and length',
      { DESCRIBE: floods(lines, 'RTSP/1.0 200 OK\r\nCSeq: CSEQ\r\n\r\n') },
      'notACamera',
      1,
    ],
    [
      'with 33 tracks',
      { DESCRIBE: (request, camera) => camera.answer(request, '200 OK', [], 'm=video 0 RTP/AVP 96\r\n'.repeat(33)) },
      'malformedStream',
      1,
    ],
    [
      'without tracks',
      { DESCRIBE: (request, camera) => camera.answer(request, '200 OK', [], 'v=0\r\n') },
      'notACamera',
      1,
    ],
    ['whose answer drips', { DESCRIBE: drip(`RTSP/1.0 200 OK\r\nContent-Length: ${MOST_BODY}\r\n\r\n`) }, 'timeout', 1],
    ['whose headers drip', { DESCRIBE: drip('RTSP/1.0 200 OK\r\na: ') }, 'timeout', 1],
    ['that says 100 and nothing else', { DESCRIBE: answers('RTSP/1.0 100 Continue\r\n\r\n') }, 'timeout', 1],
    [
      'that sends packets in place of answers',
      {
        DESCRIBE: (_request, camera) => {
          const cancel = systemClock.every(5, () => count(camera, 1, 20));
          void camera.closed.then(cancel);
        },
      },
      'timeout',
      1,
    ],
    ['that sends garbage', playing((camera) => camera.send(Buffer.alloc(MOST_STRAY * 2, 0xfe))), 'malformedStream', 1],
    [
      'that sends packets which are none',
      playing((camera) => {
        const cancel = systemClock.every(20, () => camera.send(interleaved(7, Buffer.alloc(50))));
        void camera.closed.then(cancel);
      }),
      'noFrames',
      1.75,
    ],
    [
      'whose numbers stand still',
      playing((camera) => {
        camera.send(Buffer.concat(new Array<Buffer>(1100).fill(interleaved(0, rtpPacket({ sequence: 5 })))));
      }),
      'malformedStream',
      1,
    ],
    [
      'that sends more than a camera can',
      playing((camera) => {
        const flood = Buffer.concat(new Array<Buffer>(4000).fill(interleaved(0, rtpPacket({ sequence: 1, type: 97 }))));
        const cancel = systemClock.every(10, () => camera.send(flood));
        void camera.closed.then(cancel);
      }),
      'malformedStream',
      3,
    ],
    [
      'that asks and does not listen',
      playing((camera) => {
        camera.socket.pause();
        const question = 'OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n'.repeat(500);
        const more = (): void => {
          while (!camera.socket.destroyed && camera.socket.write(question)) {}
        };
        camera.socket.on('drain', more);
        more();
      }),
      'malformedStream',
      10,
    ],
    [
      'that redirects',
      { DESCRIBE: (request, camera) => camera.answer(request, '302 Found', ['Location: rtsp://127.0.0.1:1/']) },
      'refusedAddress',
      1,
    ],
    [
      'that redirects later',
      playing((camera) =>
        camera.send('REDIRECT rtsp://x RTSP/1.0\r\nCSeq: 1\r\nLocation: rtsp://127.0.0.1:1/\r\n\r\n'),
      ),
      'refusedAddress',
      1,
    ],
    [
      'that ends the session itself',
      playing((camera) => camera.send('TEARDOWN rtsp://x RTSP/1.0\r\nCSeq: 1\r\n\r\n')),
      'ended',
      1,
    ],
    [
      'that says BYE',
      playing((camera) => {
        count(camera, 1, 1);
        camera.send(interleaved(1, Buffer.from('81cb000100000001', 'hex')));
      }),
      'ended',
      1,
    ],
    [
      'that has nothing there',
      { DESCRIBE: (request, camera) => camera.answer(request, '404 Not Found') },
      'unreachable',
      1,
    ],
    [
      'that lets nobody in',
      { DESCRIBE: (request, camera) => camera.answer(request, '403 Forbidden') },
      'unauthorised',
      1,
    ],
    [
      'without bandwidth',
      { SETUP: (request, camera) => camera.answer(request, '453 Not Enough Bandwidth') },
      'unreachable',
      1,
    ],
    [
      'that wants UDP only',
      { SETUP: (request, camera) => camera.answer(request, '461 Unsupported Transport') },
      'unreachable',
      1,
    ],
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
        for (const [sequence, ssrc] of [
          [1, 1],
          [2, 1],
          [900, 2],
          [901, 2],
          [20_000, 2],
          [20_001, 2],
        ] as const) {
          camera.send(interleaved(0, rtpPacket({ sequence, ssrc })));
        }
      }),
      { enough: 6 },
    );
    expect(packets).toEqual(['!1', '2', '!900', '901', '!20000', '20001']);
  });
});
