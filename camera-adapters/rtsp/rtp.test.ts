import { describe, expect, it } from 'vitest';
import { rtpPacket } from '../../tests/fakes/rogue-rtsp-server.ts';
import { blankPacket, readRtp } from './rtp.ts';

/** The payload that is found in `hex`, or `null`. */
function payloadOf(hex: string): string | null {
  const bytes = Buffer.from(hex.replace(/\s/g, ''), 'hex');
  const packet = blankPacket();
  return readRtp(packet, bytes, 0, bytes.length)
    ? Buffer.from(packet.bytes.subarray(packet.start, packet.end)).toString('hex')
    : null;
}

const HEAD = '60 0001 00000002 00000003';

describe('the header of a packet', () => {
  it.each([
    ['plain', `80 ${HEAD} aabb`, 'aabb'],
    ['with contributors', `82 ${HEAD} 00000001 00000002 aabb`, 'aabb'],
    ['with an extension', `90 ${HEAD} bede0001 11223344 aabb`, 'aabb'],
    ['with an empty extension', `90 ${HEAD} 00000000 aabb`, 'aabb'],
    ['with padding', `a0 ${HEAD} aabb 000002`, 'aabb00'],
    ['with padding of none', `a0 ${HEAD} aa00`, 'aa00'],
    ['with all of it', `b1 ${HEAD} 00000001 bede0001 11223344 aabb 000003`, 'aabb'],
    ['without payload', `80 ${HEAD}`, ''],
  ])('%s', (_name, hex, payload) => {
    expect(payloadOf(hex)).toBe(payload);
  });

  it.each([
    ['too short', `80 ${HEAD}`.slice(0, -2)],
    ['of another version', `40 ${HEAD} aabb`],
    ['contributors that are not there', `8f ${HEAD} aabb`],
    ['an extension that is not there', `90 ${HEAD}`],
    ['an extension that is too long', `90 ${HEAD} bede0005 00000000`],
    ['more padding than payload', `a0 ${HEAD} aaff`],
  ])('%s is none', (_name, hex) => {
    expect(payloadOf(hex)).toBeNull();
  });

  it('has its fields, wherever it lies', () => {
    const inner = rtpPacket({ sequence: 65_535, ssrc: 0xffff_ffff, timestamp: 0xffff_fffe, type: 127, marker: true });
    const bytes = Buffer.concat([Buffer.from('abc'), inner, Buffer.from('xyz')]);
    const packet = blankPacket();
    expect(readRtp(packet, bytes, 3, 3 + inner.length)).toBe(true);
    const { start, end, sequence, timestamp, marker, ssrc, payloadType } = packet;
    expect({ start, end, sequence, timestamp, marker, ssrc, payloadType }).toEqual({
      start: 15,
      end: 19,
      sequence: 65_535,
      timestamp: 0xffff_fffe,
      marker: true,
      ssrc: 0xffff_ffff,
      payloadType: 127,
    });
  });
});
