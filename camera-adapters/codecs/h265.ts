import { NotForUs, type RtspTrack } from '../rtsp/rtsp-client.ts';
import { AccessUnits, FOLLOWS, LEADS, STARTS, STARTS_OPEN, USELESS } from './access-units.ts';
import type { AccessUnitWriter, Depacketizer, DepacketizerFigures, RtpPacket } from './codec.ts';
import { H265Sets, PPS, VPS } from './h265-sets.ts';
import { SetPieces } from './set-pieces.ts';
import { announcedSets } from './set-shelf.ts';
import { nextStartCode, startCodeEnd } from './start-codes.ts';

/** Types of NAL units (H.265 §7.4.2.2) and of packets (RFC 7798 §4.4). */
const RASL_N = 8;
const RASL_R = 9;
const FIRST_IRAP = 16;
const IDR_W_RADL = 19;
const IDR_N_LP = 20;
const CRA = 21;
const FIRST_NO_SLICE = 32;
const END_OF_BITSTREAM = 37;
const PREFIX_SEI = 39;
const AGGREGATION = 48;
const FRAGMENT = 49;

/** Throws `NotForUs` for packets out of decoding order (RFC 7798 §4.4.1) and for layers in streams of their own. */
export function h265Depacketizer(
  track: RtspTrack,
  writer: AccessUnitWriter,
  figures: DepacketizerFigures,
): Depacketizer {
  const { parameters } = track;
  if (Number(parameters.get('sprop-max-don-diff') ?? 0) > 0) {
    throw new NotForUs('the camera sends H.265 with packets out of order (sprop-max-don-diff)');
  }
  const mode = parameters.get('tx-mode')?.trim().toUpperCase() ?? 'SRST';
  if (mode !== 'SRST') throw new NotForUs('the camera sends H.265 in several streams (tx-mode)');
  return new H265Depacketizer(parameters, writer, figures);
}

/** H.265 from RTP (RFC 7798), in decoding order. */
class H265Depacketizer implements Depacketizer {
  readonly #units: AccessUnits;
  readonly #figures: DepacketizerFigures;
  readonly #sets = new H265Sets();
  readonly #pieces = new SetPieces();
  #afterGap = false;

  constructor(parameters: RtspTrack['parameters'], writer: AccessUnitWriter, figures: DepacketizerFigures) {
    this.#units = new AccessUnits(writer, figures);
    this.#figures = figures;
    for (const name of ['sprop-vps', 'sprop-sps', 'sprop-pps']) {
      for (const set of announcedSets(parameters.get(name))) {
        if (isSet(set[0] ?? 0, set[1] ?? 0)) this.#takeSet(set, 0, set.length);
      }
    }
  }

  push(packet: RtpPacket): void {
    const { bytes, start, end } = packet;
    this.#afterGap = this.#units.packet(packet);
    if (this.#afterGap) this.#pieces.forget();
    if (start + 2 > end) this.#figures.malformed += 1;
    else {
      const type = ((bytes[start] ?? 0) >> 1) & 0x3f;
      if (type === FRAGMENT) this.#fragment(bytes, start, end);
      else if (type < FIRST_NO_SLICE) this.#unit(bytes, start, end);
      else if (type < AGGREGATION) this.#oddUnit(bytes, start, end);
      else if (type === AGGREGATION) this.#aggregate(bytes, start + 2, end);
      else this.#figures.malformed += 1;
    }
    if (packet.marker) this.#units.marker();
  }

  /** §4.4.2. */
  #aggregate(bytes: Uint8Array, from: number, end: number): void {
    let at = from;
    while (at + 2 < end) {
      const size = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
      at += 2;
      if (size < 2 || at + size > end || (bytes[at] ?? 0) >> 1 >= AGGREGATION) {
        this.#figures.malformed += 1;
        this.#units.damage();
        return;
      }
      this.#unit(bytes, at, at + size);
      at += size;
    }
  }

  /** §4.4.3. The end bit tells nothing: the next unit begins with a start bit. */
  #fragment(bytes: Uint8Array, start: number, end: number): void {
    const from = start + 3;
    const header = bytes[start + 2] ?? 0;
    const type = header & 0x3f;
    if (from >= end || type >= AGGREGATION) {
      this.#figures.malformed += 1;
      this.#units.damage();
      return;
    }
    if ((header & 0x80) !== 0) {
      const first = ((bytes[start] ?? 0) & 0x81) | (type << 1);
      const second = bytes[start + 1] ?? 0;
      if (this.#begin(first, second, bytes, from, end)) {
        this.#units.appendByte(first);
        this.#units.appendByte(second);
      }
      this.#pieces.forget();
      if (isSet(first, second)) this.#pieces.begin(first, second);
    } else if (!this.#units.continues()) {
      if (!this.#afterGap) this.#figures.malformed += 1;
      this.#units.damage();
    }
    this.#units.append(bytes, from, end);
    if (this.#pieces.begun) this.#pieces.append(bytes, from, end);
    if ((header & 0x40) === 0) return;
    this.#units.endUnit();
    if (this.#pieces.begun) this.#takeSet(this.#pieces.bytes, 0, this.#pieces.length);
    this.#pieces.forget();
  }

  /** A unit that is no slice: some cameras send more units behind start codes with it. */
  #oddUnit(bytes: Uint8Array, start: number, end: number): void {
    let at = start;
    for (let next = nextStartCode(bytes, at, end); next < end; next = nextStartCode(bytes, at, end)) {
      this.#pieceOfAnnexB(bytes, at, next);
      at = startCodeEnd(bytes, next, end);
    }
    this.#pieceOfAnnexB(bytes, at, end);
  }

  #pieceOfAnnexB(bytes: Uint8Array, start: number, end: number): void {
    if (start + 2 > end || (bytes[start] ?? 0) >> 1 >= AGGREGATION) this.#figures.malformed += 1;
    else this.#unit(bytes, start, end);
  }

  #unit(bytes: Uint8Array, start: number, end: number): void {
    const first = bytes[start] ?? 0;
    const second = bytes[start + 1] ?? 0;
    const set = isSet(first, second);
    const known = set ? this.#sets.known(bytes, start, end) : undefined;
    if (known !== undefined && this.#units.hold(known)) return;
    if (this.#begin(first, second, bytes, start + 2, end)) this.#units.append(bytes, start, end);
    this.#units.endUnit();
    if (set && known === undefined) this.#takeSet(bytes, start, end);
  }

  #takeSet(bytes: Uint8Array, start: number, end: number): void {
    if (!this.#sets.take(bytes, start, end)) this.#figures.malformed += 1;
  }

  /** Begins a unit whose payload starts with `bytes[at]`. True where it is to be written. */
  #begin(first: number, second: number, bytes: Uint8Array, at: number, end: number): boolean {
    const type = (first >> 1) & 0x3f;
    // Further layers belong to the picture of the base layer that they come with.
    if (layerOf(first, second) > 0) return this.#units.beginWithin();
    if (type <= RASL_R || (type >= FIRST_IRAP && type <= CRA)) return this.#beginSlice(type, bytes, at, end);
    // Where FFmpeg's parser cuts: 41 to 44 are reserved for what stands before slices, too (§7.4.2.4.4).
    const before =
      (type >= FIRST_NO_SLICE && type <= END_OF_BITSTREAM) || type === PREFIX_SEI || (type >= 41 && type <= 44);
    return before ? this.#units.beginBefore() : this.#units.beginWithin();
  }

  #beginSlice(type: number, bytes: Uint8Array, at: number, end: number): boolean {
    // first_slice_segment_in_pic_flag (§7.3.6.1).
    if (at >= end || ((bytes[at] ?? 0) & 0x80) === 0) return this.#units.beginSlice(false, FOLLOWS, null);
    if (type < FIRST_IRAP) {
      return this.#units.beginSlice(true, type === RASL_N || type === RASL_R ? LEADS : FOLLOWS, null);
    }
    const config = this.#sets.activate(bytes, at, end);
    if (config === null) {
      this.#figures.malformed += 1;
      return this.#units.beginSlice(true, USELESS, null);
    }
    return this.#units.beginSlice(true, type === IDR_W_RADL || type === IDR_N_LP ? STARTS : STARTS_OPEN, config);
  }
}

function layerOf(first: number, second: number): number {
  return ((first & 1) << 5) | (second >> 3);
}

/** A parameter set of the base layer. */
function isSet(first: number, second: number): boolean {
  const type = (first >> 1) & 0x3f;
  return type >= VPS && type <= PPS && layerOf(first, second) === 0;
}
