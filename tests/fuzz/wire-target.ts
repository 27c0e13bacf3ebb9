import { CameraFault } from '../../camera-adapters/adapter.ts';
import { createWireReader, MOST_BODY } from '../../camera-adapters/rtsp/wire-reader.ts';
import { interleaved, ROGUE_SDP, rtpPacket } from '../fakes/rogue-rtsp-server.ts';
import { createChance } from './mutate.ts';
import { type FuzzTarget, holds } from './target.ts';

const ANSWER = 'RTSP/1.0 200 OK\r\nCSeq: 1\r\nPublic: OPTIONS, DESCRIBE\r\n\r\n';
const BODY = `RTSP/1.0 200 OK\r\nCSeq: 2\r\nContent-Length: ${ROGUE_SDP.length}\r\n\r\n${ROGUE_SDP}`;
const join = (...parts: readonly (string | Uint8Array)[]): Buffer =>
  Buffer.concat(parts.map((part) => Buffer.from(part)));
const packet = (sequence: number, channel = 0): Buffer => interleaved(channel, rtpPacket({ sequence }));

/** What is read of the stream when it comes in such pieces; everything in one line each. */
function read(input: Uint8Array, nextPiece: (left: number) => number): string[] {
  const seen: string[] = [];
  const reader = createWireReader({
    message(message) {
      const what = message.kind === 'ask' ? message.method : `${message.status}`;
      holds(message.body.length <= MOST_BODY, 'bodies are bounded');
      for (const values of message.headers.values()) {
        for (const value of values) holds(!/[\r\n]/.test(value), 'a header is one line');
      }
      seen.push(`${what} ${[...message.headers.keys()].join()} ${Buffer.from(message.body).toString('base64')}`);
    },
    packet(channel, bytes, start, end) {
      holds(start <= end && end <= bytes.length, 'a packet lies in its memory');
      seen.push(`${channel} ${Buffer.from(bytes.subarray(start, end)).toString('base64')}`);
    },
    knows: (channel) => channel < 4,
  });
  try {
    for (let at = 0; at < input.length; ) {
      const piece = input.subarray(at, at + nextPiece(input.length - at));
      reader.push(piece, piece.length);
      at += piece.length;
    }
  } catch (error) {
    if (!(error instanceof CameraFault && ['notACamera', 'malformedStream'].includes(error.kind))) throw error;
    seen.push(error.kind);
  }
  return seen;
}

/** The same bytes must be read the same, whole or torn anyhow. */
export const wireTarget: FuzzTarget = {
  name: 'wire',
  seeds: [
    join(ANSWER, BODY, packet(1), packet(2, 1), ANSWER, packet(3)),
    join(ANSWER, packet(1), Buffer.from([0, 1, 2]), packet(2), 'GARBAGE\n', packet(3)),
    join('RTSP/1.0 401 Unauthorized\nWWW-Authenticate: Digest realm="a",\n nonce="b"\n\n', packet(1)),
    join(ANSWER, 'OPTIONS * RTSP/1.0\r\nCSeq: 9\r\n\r\n', packet(1)),
  ],
  words: ['RTSP/1.0 200 OK\r\n', '\r\n\r\n', '\n', 'Content-Length: ', '-1', '65537', '$', packet(9), 'R', 'RTSP', 'GET_PARAMETER ', Uint8Array.of(0x24, 0, 0xff, 0xff)],
  run(input) {
    const whole = read(input, (left) => left);
    const bytewise = read(input, () => 1);
    holds(bytewise.join('\n') === whole.join('\n'), 'byte by byte is the same');
    const chance = createChance(input.length + 1);
    const torn = read(input, (left) => 1 + chance.number(Math.min(left, 40)));
    holds(torn.join('\n') === whole.join('\n'), 'torn is the same');
  },
};
