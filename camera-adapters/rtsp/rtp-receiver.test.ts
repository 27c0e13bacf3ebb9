import { describe, expect, it } from 'vitest';
import { rtpPacket } from '../../tests/fakes/rogue-rtsp-server.ts';
import { createRtpReceiver, type RtpReceiver } from './rtp-receiver.ts';
import type { RtspTrack } from './rtsp-client.ts';

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

interface Setting {
  readonly receiver: RtpReceiver;
  /** Number, `-n` for lost ones before it, `!` where everything begins anew; `sr` for reports. */
  readonly seen: string[];
  push(options: Parameters<typeof rtpPacket>[0], arrivedMs?: number): void;
}

function setting(): Setting {
  const seen: string[] = [];
  const receiver = createRtpReceiver(
    TRACK,
    {
      packet: ({ sequence, lost, fresh }) =>
        void seen.push(`${fresh ? '!' : ''}${sequence}${lost > 0 ? `-${lost}` : ''}`),
      senderReport: ({ ntpMs, rtpTime }) => void seen.push(`sr ${ntpMs} ${rtpTime}`),
    },
    99,
  );
  return {
    receiver,
    seen,
    push(options, arrivedMs = 0) {
      const bytes = rtpPacket(options);
      receiver.rtp(bytes, 0, bytes.length, arrivedMs);
    },
  };
}

function numbers(...sequences: readonly number[]): string[] {
  const { seen, push } = setting();
  for (const sequence of sequences) push({ sequence });
  return seen;
}

describe('the numbers of packets', () => {
  it.each<[string, number[], string[]]>([
    ['in order', [5, 6, 7], ['!5', '6', '7']],
    ['over their end', [65_534, 65_535, 0, 1], ['!65534', '65535', '0', '1']],
    ['from 0', [0, 1], ['!0', '1']],
    ['with a gap', [5, 8, 9], ['!5', '8-2', '9']],
    ['with a gap over their end', [65_535, 2], ['!65535', '2-2']],
    ['twice and too late', [5, 6, 6, 5, 4, 7], ['!5', '6', '7']],
    ['with a jump ahead', [5, 5000, 5001], ['!5', '!5000', '5001']],
    ['with a jump back', [5000, 5001, 7, 8], ['!5000', '5001', '!7', '8']],
  ])('%s', (_name, sequences, expected) => {
    expect(numbers(...sequences)).toEqual(expected);
  });

  it('that stand still end the stream in the end', () => {
    const { push } = setting();
    for (let count = 0; count < 1000; count += 1) push({ sequence: 5 });
    expect(() => push({ sequence: 5 })).toThrow('make no sense');
  });
});

describe('what a track is made of', () => {
  it('another payload type shares the numbers and is no loss', () => {
    const { seen, push, receiver } = setting();
    push({ sequence: 1 });
    push({ sequence: 2, type: 97 });
    push({ sequence: 3 });
    push({ sequence: 5, type: 97 });
    push({ sequence: 6 });
    expect(seen).toEqual(['!1', '3', '6-1']);
    expect(receiver.figures).toEqual({ taken: 3, lost: 1, late: 0, foreign: 2 });
  });

  it('another source begins anew', () => {
    const { seen, push } = setting();
    push({ sequence: 1, ssrc: 1 });
    push({ sequence: 9, ssrc: 2 });
    push({ sequence: 10, ssrc: 2 });
    expect(seen).toEqual(['!1', '!9', '10']);
  });

  it('of two sources at the same time one is taken', () => {
    const { seen, push } = setting();
    for (let sequence = 1; sequence <= 20; sequence += 1) {
      push({ sequence, ssrc: 1 });
      push({ sequence: 100 + sequence, ssrc: 2 });
    }
    expect(seen.slice(0, 4)).toEqual(['!1', '!101', '102', '103']);
    expect(seen).toHaveLength(21);
  });

  it('a stray packet of another source loses no more than a moment', () => {
    const { seen, push } = setting();
    push({ sequence: 1, ssrc: 1 });
    push({ sequence: 500, ssrc: 2 });
    for (let sequence = 2; sequence <= 40; sequence += 1) push({ sequence, ssrc: 1 });
    expect(seen.slice(0, 4)).toEqual(['!1', '!500', '!17', '18']);
  });

  it('takes packets and reports that come on each other’s channel', () => {
    const { seen, receiver } = setting();
    const packet = rtpPacket({ sequence: 1 });
    receiver.rtcp(packet, 0, packet.length, 0);
    const report = Buffer.from('80c80006000000018 3aa7e80000000000000006400000001 00000002'.replace(/\s/g, ''), 'hex');
    receiver.rtp(report, 0, report.length, 0);
    expect(seen).toEqual(['!1', 'sr 0 100']);
  });

  it('believes the time of its own source only, and its end', () => {
    const { seen, push, receiver } = setting();
    const report = (ssrc: number): Buffer =>
      Buffer.from(`80c80006${ssrc.toString(16).padStart(8, '0')}83aa7e8000000000000000640000000100000002`, 'hex');
    const bye = (ssrc: number): Buffer => Buffer.from(`81cb0001${ssrc.toString(16).padStart(8, '0')}`, 'hex');
    const control = (bytes: Buffer): void => receiver.rtcp(bytes, 0, bytes.length, 0);
    push({ sequence: 1, ssrc: 1 });
    control(report(2));
    control(bye(2));
    expect([seen, receiver.ended()]).toEqual([['!1'], false]);
    control(report(1));
    control(bye(1));
    expect([seen, receiver.ended()]).toEqual([['!1', 'sr 0 100'], true]);
    push({ sequence: 2, ssrc: 1 }, 1);
    expect(receiver.ended()).toBe(false);
    control(bye(1));
    push({ sequence: 7, ssrc: 3 });
    expect(receiver.ended()).toBe(false);
  });

  it('keeps the time that is told before its first packet until it knows whose it is', () => {
    const { seen, push, receiver } = setting();
    for (const [ssrc, rtpTime] of [
      ['00000002', '00000007'],
      ['00000001', '00000064'],
    ]) {
      const report = Buffer.from(`80c80006${ssrc}83aa7e8000000000${rtpTime}0000000100000002`, 'hex');
      receiver.rtcp(report, 0, report.length, 0);
    }
    expect(seen).toEqual([]);
    push({ sequence: 1, ssrc: 1 });
    push({ sequence: 2, ssrc: 1 });
    expect(seen).toEqual(['sr 0 100', '!1', '2']);
  });

  it('takes back the end of a source that goes on, not for what came before it', () => {
    const { push, receiver } = setting();
    push({ sequence: 1, ssrc: 1 }, 10);
    const bye = Buffer.from('81cb000100000001', 'hex');
    receiver.rtcp(bye, 0, bye.length, 20);
    push({ sequence: 2, ssrc: 1 }, 15);
    expect(receiver.ended()).toBe(true);
    push({ sequence: 3, ssrc: 1 }, 30);
    expect(receiver.ended()).toBe(false);
  });
});

describe('receiver reports', () => {
  const fields = (report: Uint8Array | null) => {
    const bytes = Buffer.from(report ?? []);
    return {
      source: bytes.readUInt32BE(8),
      fraction: bytes.readUInt8(12),
      lost: bytes.readIntBE(13, 3),
      highest: bytes.readUInt32BE(16),
      jitter: bytes.readUInt32BE(20),
      lastReport: bytes.readUInt32BE(24),
      since: bytes.readUInt32BE(28),
    };
  };

  it('tell nothing before the first packet', () => {
    expect(setting().receiver.report(0)).toBeNull();
  });

  it('count what is lost, since the start and since the last one', () => {
    const { push, receiver } = setting();
    for (const sequence of [65_533, 65_534, 1, 2]) push({ sequence, ssrc: 8 });
    // Two of six are missing.
    expect(fields(receiver.report(0))).toMatchObject({ source: 8, fraction: 85, lost: 2, highest: 0x1_0002 });
    for (const sequence of [3, 4]) push({ sequence, ssrc: 8 });
    expect(fields(receiver.report(0))).toMatchObject({ fraction: 0, lost: 2, highest: 0x1_0004 });
  });

  it('measure jitter in ticks, over the end of the 32 bits as well', () => {
    const { push, receiver } = setting();
    // One tick is 1/90 ms; each packet comes 40 ms after the one before, by turns 4 ms early and late.
    for (let index = 0; index < 200; index += 1) {
      push({ sequence: index, timestamp: 4_294_900_000 + index * 3600 }, 1000 + index * 40 + (index % 2) * 4);
    }
    expect(fields(receiver.report(0)).jitter).toBeGreaterThan(340);
    expect(fields(receiver.report(0)).jitter).toBeLessThanOrEqual(360);
  });

  it('say which sender report came last, and when', () => {
    const { push, receiver } = setting();
    push({ sequence: 1, ssrc: 1 });
    const report = Buffer.from('80c8000600000001ed0038808000000000000064000000010000000c', 'hex');
    receiver.rtcp(report, 0, report.length, 2000);
    expect(fields(receiver.report(2500))).toMatchObject({ lastReport: 0x3880_8000, since: 32_768 });
  });
});
