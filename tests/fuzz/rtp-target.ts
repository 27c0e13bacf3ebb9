import { CameraFault } from '../../camera-adapters/adapter.ts';
import { readRtcp } from '../../camera-adapters/rtsp/rtcp.ts';
import { createRtpReceiver } from '../../camera-adapters/rtsp/rtp-receiver.ts';
import type { RtspTrack } from '../../camera-adapters/rtsp/rtsp-client.ts';
import { rtpPacket } from '../fakes/rogue-rtsp-server.ts';
import { type FuzzTarget, holds } from './target.ts';

const TRACK: RtspTrack = {
  media: 'video',
  payloadType: 96,
  encoding: 'H264',
  clockRate: 90_000,
  channels: 1,
  parameters: new Map(),
  control: '',
  frameRate: null,
};

const hex = (text: string): Buffer => Buffer.from(text.replace(/\s/g, ''), 'hex');
const REPORT = hex('80c80006 00000001 ed003880 80000000 00000064 00000001 00000002');
const BYE = hex('81cb0001 00000001');
const ODD = hex('b1e0 0001 00000002 00000001 00000009 bede0001 11223344 aabb 000003');

/** Packets behind one another, each behind its length in two bytes; the highest bit says that it is of the other channel. */
function framed(...packets: readonly (readonly [control: boolean, packet: Uint8Array])[]): Buffer {
  return Buffer.concat(
    packets.flatMap(([control, packet]) => [
      Buffer.from([(packet.length >> 8) | (control ? 0x80 : 0), packet.length & 0xff]),
      packet,
    ]),
  );
}

const packets = (...sequences: readonly number[]): (readonly [boolean, Uint8Array])[] =>
  sequences.map((sequence) => [false, rtpPacket({ sequence })] as const);

/** The whole of what becomes of packets: header, source, number, reports. */
export const rtpTarget: FuzzTarget = {
  name: 'rtp',
  seeds: [
    framed(...packets(1, 2, 3), [true, REPORT], ...packets(5, 4, 9000), [true, BYE]),
    framed(...packets(65_534, 65_535, 0), [false, ODD], [false, rtpPacket({ sequence: 4, ssrc: 2 })], ...packets(1)),
    framed([false, REPORT], [true, rtpPacket({ sequence: 1 })], [false, rtpPacket({ sequence: 2, type: 97 })]),
  ],
  words: [Uint8Array.of(0, 16), Uint8Array.of(0x80, 28), rtpPacket({ sequence: 7 }), REPORT, BYE, Uint8Array.of(0xb0)],
  run(input) {
    let [taken, lost] = [0, 0];
    const receiver = createRtpReceiver(
      TRACK,
      {
        packet(packet) {
          taken += 1;
          lost += packet.lost;
          holds(packet.bytes === input, 'payloads are where they came');
          holds(packet.start <= packet.end && packet.end <= input.length, 'payloads lie in their packet');
          holds(packet.lost >= 0 && packet.lost < 65_536, 'loss is a number of packets');
          holds(taken > 1 || packet.fresh, 'the first packet begins');
          holds(packet.timestamp >= 0 && packet.timestamp < 2 ** 32, 'time has 32 bits');
        },
        senderReport: ({ ntpMs }) => holds(Number.isFinite(ntpMs), 'a time is one'),
      },
      7,
    );
    let arrivedMs = 0;
    try {
      for (let at = 0; at + 2 <= input.length; ) {
        const length = (((input[at] ?? 0) & 0x7f) << 8) | (input[at + 1] ?? 0);
        const end = Math.min(input.length, at + 2 + length);
        arrivedMs += 5;
        if (((input[at] ?? 0) & 0x80) !== 0) receiver.rtcp(input, at + 2, end, arrivedMs);
        else receiver.rtp(input, at + 2, end, arrivedMs);
        at = end;
      }
    } catch (error) {
      if (!(error instanceof CameraFault && error.kind === 'malformedStream')) throw error;
    }
    holds(receiver.figures.taken === taken, 'what was taken is counted');
    holds(lost <= receiver.figures.lost, 'what is lost is counted');
    const report = receiver.report(arrivedMs);
    holds(report === null || report.length % 4 === 0, 'a report can be written');
  },
};

export const rtcpTarget: FuzzTarget = {
  name: 'rtcp',
  seeds: [REPORT, BYE, Buffer.concat([REPORT, hex('81ca0002 00000007 01000000'), BYE])],
  words: [hex('80c80006'), hex('81cb0001'), hex('ffffffff')],
  run(input) {
    let parts = 0;
    readRtcp(input, 0, input.length, {
      senderReport(_ssrc, ntpMs, middle, rtpTime) {
        parts += 1;
        holds(Number.isFinite(ntpMs), 'a time is one');
        holds(middle >= 0 && middle < 2 ** 32 && rtpTime >= 0 && rtpTime < 2 ** 32, 'numbers have 32 bits');
      },
      bye() {
        parts += 1;
      },
    });
    holds(parts <= input.length / 4, 'every part has bytes of its own');
  },
};
