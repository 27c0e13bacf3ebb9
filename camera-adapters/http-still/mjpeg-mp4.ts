/**
 * Pictures as fragmented MP4, written by ourselves: a JPEG is a whole access unit, so there is nothing that a program
 * beside ours would be needed for. Boxes by ISO/IEC 14496-12, the sample entry by ISO/IEC 14496-1 §7.2.6. Pure.
 */

/** Ticks per second. */
export const MJPEG_TIMESCALE = 1000;
/** Motion JPEG as RFC 6381 has it: object type 0x6C (ISO/IEC 10918-1). */
export const MJPEG_CODEC = 'mp4v.6C';

type Part = Uint8Array | number | string;

/** `ftyp` and `moov`; sizes in pixels. */
export function mjpegInit({ width, height }: { readonly width: number; readonly height: number }): Uint8Array {
  const matrix = [u32(0x10000), u32(0), u32(0), u32(0), u32(0x10000), u32(0), u32(0), u32(0), u32(0x4000_0000)];
  const mvhd = box(
    'mvhd',
    u32(0),
    u32(0),
    u32(0),
    u32(1000),
    u32(0),
    u32(0x10000),
    u16(0x100),
    zeros(10),
    ...matrix,
    zeros(24),
    u32(2),
  );
  const tkhd = box(
    'tkhd',
    u32(3),
    u32(0),
    u32(0),
    u32(1),
    u32(0),
    u32(0),
    zeros(8),
    zeros(8),
    ...matrix,
    u32(width * 65_536),
    u32(height * 65_536),
  );
  const mdhd = box('mdhd', u32(0), u32(0), u32(0), u32(MJPEG_TIMESCALE), u32(0), u16(0x55c4), u16(0));
  const hdlr = box('hdlr', u32(0), u32(0), 'vide', zeros(12), 'video\0');
  const esds = box(
    'esds',
    u32(0),
    descriptor(3, u16(1), 0, descriptor(4, 0x6c, 0x11, zeros(3), u32(0), u32(0)), descriptor(6, 2)),
  );
  const entry = box(
    'mp4v',
    zeros(6),
    u16(1),
    zeros(16),
    u16(width),
    u16(height),
    u32(0x48_0000),
    u32(0x48_0000),
    u32(0),
    u16(1),
    zeros(32),
    u16(24),
    u16(0xffff),
    esds,
  );
  const stbl = box(
    'stbl',
    box('stsd', u32(0), u32(1), entry),
    table('stts'),
    table('stsc'),
    box('stsz', u32(0), u32(0), u32(0)),
    table('stco'),
  );
  const dinf = box('dinf', box('dref', u32(0), u32(1), box('url ', u32(1))));
  const minf = box('minf', box('vmhd', u32(1), zeros(8)), dinf, stbl);
  const trak = box('trak', tkhd, box('mdia', mdhd, hdlr, minf));
  const mvex = box('mvex', box('trex', u32(0), u32(1), u32(1), u32(0), u32(0), u32(0)));
  return join([box('ftyp', 'iso5', u32(512), 'iso5iso6mp41'), box('moov', mvhd, trak, mvex)]);
}

/** One picture as `moof` and `mdat`; times in ticks of `MJPEG_TIMESCALE`. */
export function mjpegFragment(picture: {
  readonly sequence: number;
  readonly decodeTime: number;
  readonly duration: number;
  readonly jpeg: Uint8Array;
}): Uint8Array {
  const moof = (dataOffset: number): Uint8Array =>
    box(
      'moof',
      box('mfhd', u32(0), u32(picture.sequence)),
      box(
        'traf',
        // default-base-is-moof; the sample is a sync sample on which nothing depends (§8.8.3.1).
        box('tfhd', u32(0x02_0000), u32(1)),
        box('tfdt', u32(0x0100_0000), u32(Math.floor(picture.decodeTime / 2 ** 32)), u32(picture.decodeTime)),
        box(
          'trun',
          u32(0x000705),
          u32(1),
          u32(dataOffset),
          u32(0x0200_0000),
          u32(picture.duration),
          u32(picture.jpeg.length),
        ),
      ),
    );
  return join([moof(moof(0).length + 8), box('mdat', picture.jpeg)]);
}

function box(type: string, ...parts: Part[]): Uint8Array {
  const body = join(parts);
  return join([u32(body.length + 8), type, body]);
}

function table(type: string): Uint8Array {
  return box(type, u32(0), u32(0));
}

function descriptor(tag: number, ...parts: Part[]): Uint8Array {
  const body = join(parts);
  return join([tag, body.length, body]);
}

/** Numbers are single bytes, texts are ASCII. */
function join(parts: readonly Part[]): Uint8Array {
  return Buffer.concat(
    parts.map((part) =>
      typeof part === 'number' ? Uint8Array.of(part) : typeof part === 'string' ? Buffer.from(part, 'latin1') : part,
    ),
  );
}

function zeros(count: number): Uint8Array {
  return new Uint8Array(count);
}

function u16(value: number): Uint8Array {
  return Uint8Array.of(value >> 8, value);
}

function u32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value >>> 0);
  return bytes;
}
