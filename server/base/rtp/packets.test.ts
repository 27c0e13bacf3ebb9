import { describe, expect, it } from 'vitest';
import { eachPacket, MOST_PAYLOAD, onChannel, type PacketCodec, stampPackets, writePackets } from './packets.ts';

const HEAD = { channel: 2, payloadType: 96, sequence: 0xffff, rtpTime: 0x1_0000_0005, ssrc: 7 };

function unit(header: readonly number[], length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at < length; at += 1) bytes[at] = header[at] ?? (at * 7 + length) & 0xff;
  return bytes;
}

function accessUnit(units: readonly Uint8Array[]): Buffer {
  return Buffer.concat(
    units.flatMap((one) => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(one.length);
      return [length, one];
    }),
  );
}

interface Packet {
  readonly sequence: number;
  readonly rtpTime: number;
  readonly marker: boolean;
  readonly payload: Buffer;
}

function packetsIn(bytes: Buffer): readonly Packet[] {
  const packets: Packet[] = [];
  eachPacket(bytes, (at, length) => {
    expect(bytes[at]).toBe(0x24);
    const packet = bytes.subarray(at + 4, at + 4 + length);
    packets.push({
      sequence: packet.readUInt16BE(2),
      rtpTime: packet.readUInt32BE(4),
      marker: packet.readUInt8(1) >= 0x80,
      payload: packet.subarray(12),
    });
  });
  return packets;
}

/** Puts parts together again, as RFC 6184 §5.8 and RFC 7798 §4.4.3 say. */
function unitsOf(codec: PacketCodec, packets: readonly Packet[]): readonly Buffer[] {
  const units: Buffer[][] = [];
  for (const { payload } of packets) {
    const first = payload.readUInt8(0);
    const type = codec === 'h264' ? first & 0x1f : (first >> 1) & 0x3f;
    if (type !== (codec === 'h264' ? 28 : 49)) {
      units.push([payload]);
      continue;
    }
    const part = payload.readUInt8(codec === 'h264' ? 1 : 2);
    const header =
      codec === 'h264'
        ? Buffer.from([(first & 0xe0) | (part & 0x1f)])
        : Buffer.from([(first & 0x81) | ((part & 0x3f) << 1), payload.readUInt8(1)]);
    if (part & 0x80) units.push([header]);
    units.at(-1)?.push(payload.subarray(codec === 'h264' ? 2 : 3));
  }
  return units.map((parts) => Buffer.concat(parts));
}

describe('packets of pictures', () => {
  it.each([
    ['h264', [[0x67], [0x68], [0x65]]],
    [
      'h265',
      [
        [0x40, 1],
        [0x42, 1],
        [0x26, 1],
      ],
    ],
  ] as const)('carry every unit of %s whole, in packets that fit, the last one marked', (codec, headers) => {
    for (const length of [MOST_PAYLOAD - 1, MOST_PAYLOAD, MOST_PAYLOAD + 1, 2 * (MOST_PAYLOAD - 2) + 1, 9000]) {
      const units = headers.map((header, at) => unit(header, at === 2 ? length : 12));
      const data = Buffer.concat([Buffer.from('before'), accessUnit(units), Buffer.from('after')]);
      const packets = packetsIn(writePackets(codec, data, 6, data.length - 5, HEAD));
      expect(unitsOf(codec, packets)).toEqual(units);
      expect(Math.max(...packets.map(({ payload }) => payload.length))).toBeLessThanOrEqual(MOST_PAYLOAD);
      expect(packets.map(({ marker }) => marker)).toEqual(packets.map((_, at) => at === packets.length - 1));
      expect(packets.map(({ sequence }) => sequence)).toEqual(packets.map((_, at) => (0xffff + at) & 0xffff));
      expect(new Set(packets.map(({ rtpTime }) => rtpTime))).toEqual(new Set([5]));
    }
  });

  it('leave empty units out and refuse lengths that do not fit', () => {
    const data = accessUnit([Buffer.alloc(0), Buffer.from([0x65, 1])]);
    expect(packetsIn(writePackets('h264', data, 0, data.length, HEAD))).toHaveLength(1);
    expect(() => writePackets('h264', data, 0, data.length - 1, HEAD)).toThrow(RangeError);
    expect(() => writePackets('h264', Buffer.from([0, 0]), 0, 2, HEAD)).toThrow(RangeError);
  });

  it('take other numbers, times and channels without another change', () => {
    const data = accessUnit([unit([0x65], 4000), Buffer.from([0x65, 1])]);
    const bytes = writePackets('h264', data, 0, data.length, HEAD);
    const before = packetsIn(bytes);
    expect(stampPackets(bytes, 65_534, -1)).toBe(65_534 + before.length);
    const after = packetsIn(bytes);
    expect(after.map(({ sequence }) => sequence)).toEqual([65_534, 65_535, 0, 1]);
    expect(after.every(({ rtpTime }) => rtpTime === 0xffff_ffff)).toBe(true);
    expect(after.map(({ payload }) => payload)).toEqual(before.map(({ payload }) => payload));
    const elsewhere = onChannel(bytes, 9);
    eachPacket(elsewhere, (at) => expect(elsewhere[at + 1]).toBe(9));
    expect(packetsIn(elsewhere)).toEqual(after);
  });
});

describe('packets of sound', () => {
  it('say the size of the frame, in each part of one that needs several', () => {
    const frame = unit([1], 3000);
    const packets = packetsIn(writePackets('aac', frame, 0, frame.length, HEAD));
    expect(packets.map(({ payload }) => payload.readUInt32BE(0))).toEqual(packets.map(() => (16 << 16) | (3000 << 3)));
    expect(Buffer.concat(packets.map(({ payload }) => payload.subarray(4)))).toEqual(frame);
    expect(packets.map(({ marker }) => marker)).toEqual([false, false, true]);
    expect(() => writePackets('aac', Buffer.alloc(9000), 0, 9000, HEAD)).toThrow(RangeError);
  });
});
