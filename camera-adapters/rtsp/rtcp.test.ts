import { describe, expect, it } from 'vitest';
import { readRtcp, writeReceiverReport } from './rtcp.ts';

/** What is found in `hex`. */
function read(hex: string): string[] {
  const seen: string[] = [];
  const bytes = Buffer.from(hex.replace(/\s/g, ''), 'hex');
  readRtcp(bytes, 0, bytes.length, {
    senderReport: (ssrc, ntpMs, middle, rtpTime) =>
      void seen.push(`${ssrc} ${new Date(ntpMs).toISOString()} ${middle.toString(16)} ${rtpTime}`),
    bye: (ssrc) => void seen.push(`bye ${ssrc}`),
  });
  return seen;
}

const INFO = '00000064 00000001 00000002';
// 2026-01-01T00:00:00.500Z.
const REPORT = `80c80006 00000007 ed003880 80000000 ${INFO}`;

describe('control packets', () => {
  it.each<[string, string, string[]]>([
    ['a sender report', REPORT, ['7 2026-01-01T00:00:00.500Z 38808000 100']],
    ['with a block', `81c8000c 00000007 ed003880 80000000 ${INFO} ${'00000000'.repeat(6)}`, ['7 2026-01-01T00:00:00.500Z 38808000 100']],
    ['of a camera without a clock', `80c80006 00000007 00000000 00000000 ${INFO}`, []],
    ['after the turn of NTP in 2036', `80c80006 00000007 00000001 00000000 ${INFO}`, ['7 2036-02-07T06:28:17.000Z 10000 100']],
    ['a compound with an end', `${REPORT} 81ca0002 00000007 01000000 82cb0002 00000007 00000008`, ['7 2026-01-01T00:00:00.500Z 38808000 100', 'bye 7', 'bye 8']],
    ['an end with a reason', '81cb0003 00000007 02 6f6b 0000 000000', ['bye 7']],
    ['an end of nobody', '80cb0000', []],
    ['more sources than there are', '9fcb0001 00000009', ['bye 9']],
  ])('%s', (_name, hex, expected) => {
    expect(read(hex)).toEqual(expected);
  });

  it.each([
    ['cut off', REPORT.slice(0, -2)],
    ['too short for a report', '80c80001 00000007'],
    ['another version', '40c80006 00000007'],
    ['RTP', '80600001 00000002 00000003'],
    ['nothing', ''],
  ])('%s say nothing', (_name, hex) => {
    expect(read(hex)).toEqual([]);
  });

  it('a receiver report has its fields where RFC 3550 §6.4.2 has them, and a name', () => {
    const report = writeReceiverReport({
      ssrc: 1,
      source: 2,
      fractionLost: 64,
      lost: -1,
      highestSequence: 0x0001_ffff,
      jitter: 5,
      ntpMiddle: 0x3880_8000,
      sinceReport: 65_536,
    });
    expect(Buffer.from(report).toString('hex')).toBe(
      `81c90007${'00000001'}${'00000002'}40ffffff${'0001ffff'}${'00000005'}${'38808000'}${'00010000'}` +
        `81ca0004${'00000001'}0107${Buffer.from('tamnhin').toString('hex')}000000`,
    );
  });
});
