import { NotForUs, type RtspTrack } from '../rtsp/rtsp-client.ts';
import { AccessUnits, FOLLOWS, MAY_LEAD, STARTS, STARTS_OPEN, USELESS } from './access-units.ts';
import { BitReader } from './bit-reader.ts';
import type { AccessUnitWriter, Depacketizer, DepacketizerFigures, RtpPacket } from './codec.ts';
import { H264Sets } from './h264-sets.ts';
import { SetPieces } from './set-pieces.ts';
import { announcedSets } from './set-shelf.ts';
import { nextStartCode, startCodeEnd } from './start-codes.ts';

/** Types of NAL units (H.264 §7.4.1) and of packets (RFC 6184 §5.2). */
const SLICE = 1;
const PARTITION_A = 2;
const IDR = 5;
const SEI = 6;
const SPS = 7;
const PPS = 8;
const DELIMITER = 9;
const STAP_A = 24;
const STAP_B = 25;
const MTAP16 = 26;
const MTAP24 = 27;
const FU_A = 28;
const FU_B = 29;

const NO_RECOVERY = -1;
const RECOVERY_POINT = 6;

/** Throws `NotForUs` for interleaved packets (RFC 6184 §6.4). */
export function h264Depacketizer(
  track: RtspTrack,
  writer: AccessUnitWriter,
  figures: DepacketizerFigures,
): Depacketizer {
  const mode = track.parameters.get('packetization-mode')?.trim();
  if (mode === '2') throw new NotForUs('the camera sends H.264 with interleaved packets (packetization-mode 2)');
  return new H264Depacketizer(track.parameters.get('sprop-parameter-sets'), writer, figures);
}

/** H.264 from RTP (RFC 6184), without interleaving. */
class H264Depacketizer implements Depacketizer {
  readonly #units: AccessUnits;
  readonly #figures: DepacketizerFigures;
  readonly #sets = new H264Sets();
  readonly #pieces = new SetPieces();
  readonly #bits = new BitReader();
  /** Pictures until all is refreshed, as an SEI message before the next picture says. */
  #recovery = NO_RECOVERY;
  #idrs = 0;
  #refreshes = 0;
  #afterGap = false;

  /** `sprop`: the camera's `sprop-parameter-sets`. */
  constructor(sprop: string | undefined, writer: AccessUnitWriter, figures: DepacketizerFigures) {
    this.#units = new AccessUnits(writer, figures);
    this.#figures = figures;
    for (const set of announcedSets(sprop)) {
      const type = (set[0] ?? 0) & 0x1f;
      if ((type === SPS || type === PPS) && !this.#sets.take(set, 0, set.length)) figures.malformed += 1;
    }
  }

  push(packet: RtpPacket): void {
    const { bytes, start, end } = packet;
    this.#afterGap = this.#units.packet(packet);
    if (this.#afterGap) {
      this.#recovery = NO_RECOVERY;
      this.#pieces.forget();
    }
    if (start >= end) this.#figures.malformed += 1;
    else {
      const type = (bytes[start] ?? 0) & 0x1f;
      if (type === FU_A) this.#fragment(bytes, start, start + 2, end);
      else if (type >= SLICE && type <= IDR) this.#unit(bytes, start, end);
      else if (type < STAP_A) this.#oddUnit(bytes, start, end);
      else this.#rarePacket(type, bytes, start, end);
    }
    if (packet.marker) this.#units.marker();
  }

  #rarePacket(type: number, bytes: Uint8Array, start: number, end: number): void {
    switch (type) {
      case STAP_A:
        this.#aggregate(bytes, start + 1, end);
        break;
      // Only interleaved streams have these, which we do not take; the first has only its order number more.
      case FU_B:
        this.#fragment(bytes, start, start + 4, end);
        break;
      case STAP_B:
      case MTAP16:
      case MTAP24:
        this.#figures.malformed += 1;
        this.#units.damage();
        break;
      default:
        this.#figures.malformed += 1;
    }
  }

  /** §5.7.1. */
  #aggregate(bytes: Uint8Array, from: number, end: number): void {
    let at = from;
    while (at + 2 < end) {
      const size = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
      at += 2;
      if (size === 0 || at + size > end || ((bytes[at] ?? 0) & 0x1f) >= STAP_A) {
        this.#figures.malformed += 1;
        this.#units.damage();
        return;
      }
      this.#unit(bytes, at, at + size);
      at += size;
    }
  }

  /** §5.8. The end bit tells nothing: the next unit begins with a start bit. */
  #fragment(bytes: Uint8Array, start: number, from: number, end: number): void {
    const header = bytes[start + 1] ?? 0;
    const type = header & 0x1f;
    if (from >= end || type === 0 || type >= STAP_A) {
      this.#figures.malformed += 1;
      this.#units.damage();
      return;
    }
    if ((header & 0x80) !== 0) this.#startFragments(((bytes[start] ?? 0) & 0xe0) | type, bytes, from, end);
    else this.#continueFragments(bytes, from, end);
    if ((header & 0x40) !== 0) this.#endFragments();
  }

  /** Some cameras send a whole picture as if it were one unit: its sets, start codes between them, and its slices. */
  #startFragments(header: number, bytes: Uint8Array, from: number, end: number): void {
    let nal = header;
    for (let at = from; ; ) {
      const type = nal & 0x1f;
      const unitEnd = type >= SEI ? nextStartCode(bytes, at, end) : end;
      if (this.#begin(nal, bytes, at, unitEnd)) this.#units.appendByte(nal);
      this.#units.append(bytes, at, unitEnd);
      this.#pieces.forget();
      if (type === SPS || type === PPS) {
        this.#pieces.begin(nal);
        this.#pieces.append(bytes, at, unitEnd);
      }
      if (unitEnd === end) return;
      this.#endFragments();
      at = startCodeEnd(bytes, unitEnd, end);
      nal = bytes[at] ?? 0;
      at += 1;
      if (at > end || (nal & 0x1f) === 0 || (nal & 0x1f) >= STAP_A) {
        this.#figures.malformed += 1;
        this.#units.damage();
        return;
      }
    }
  }

  #continueFragments(bytes: Uint8Array, from: number, end: number): void {
    if (!this.#units.continues()) {
      if (!this.#afterGap) this.#figures.malformed += 1;
      this.#units.damage();
    }
    this.#units.append(bytes, from, end);
    if (this.#pieces.begun) this.#pieces.append(bytes, from, end);
  }

  #endFragments(): void {
    this.#units.endUnit();
    if (this.#pieces.begun) this.#takeSet(this.#pieces.bytes, 0, this.#pieces.length);
    this.#pieces.forget();
  }

  /** A unit that is no slice: some cameras send it with start codes, or with more units behind start codes. */
  #oddUnit(bytes: Uint8Array, start: number, end: number): void {
    let at = startCodeEnd(bytes, start, end);
    for (let next = nextStartCode(bytes, at, end); next < end; next = nextStartCode(bytes, at, end)) {
      this.#pieceOfAnnexB(bytes, at, next);
      at = startCodeEnd(bytes, next, end);
    }
    this.#pieceOfAnnexB(bytes, at, end);
  }

  #pieceOfAnnexB(bytes: Uint8Array, start: number, end: number): void {
    const type = (bytes[start] ?? 0) & 0x1f;
    if (start >= end || type === 0 || type >= STAP_A) this.#figures.malformed += 1;
    else this.#unit(bytes, start, end);
  }

  #unit(bytes: Uint8Array, start: number, end: number): void {
    const nal = bytes[start] ?? 0;
    const isSet = (nal & 0x1f) === SPS || (nal & 0x1f) === PPS;
    const known = isSet ? this.#sets.known(bytes, start, end) : undefined;
    if (known !== undefined && this.#units.hold(known)) return;
    if (this.#begin(nal, bytes, start + 1, end)) this.#units.append(bytes, start, end);
    this.#units.endUnit();
    if (isSet && known === undefined) this.#takeSet(bytes, start, end);
  }

  #takeSet(bytes: Uint8Array, start: number, end: number): void {
    if (!this.#sets.take(bytes, start, end)) this.#figures.malformed += 1;
  }

  /** Begins a unit whose payload starts with `bytes[at]`. True where it is to be written. */
  #begin(nal: number, bytes: Uint8Array, at: number, end: number): boolean {
    const type = nal & 0x1f;
    switch (type) {
      case SLICE:
      case PARTITION_A:
      case IDR:
        return this.#beginSlice(type === IDR, bytes, at, end);
      case SEI: {
        const begun = this.#units.beginBefore();
        const recovery = this.#readRecovery(bytes, at, end);
        if (recovery !== NO_RECOVERY) this.#recovery = recovery;
        return begun;
      }
      case SPS:
      case PPS:
      case DELIMITER:
        return this.#units.beginBefore();
      default:
        return this.#units.beginWithin();
    }
  }

  #beginSlice(idr: boolean, bytes: Uint8Array, at: number, end: number): boolean {
    // first_mb_in_slice is zero where the first bit is one (§7.3.3).
    if (at >= end || ((bytes[at] ?? 0) & 0x80) === 0) return this.#units.beginSlice(false, FOLLOWS, null);
    const recovery = this.#recovery;
    this.#recovery = NO_RECOVERY;
    const refreshes = recovery > 0 && !idr;
    if (idr) this.#idrs += 1;
    if (refreshes) this.#refreshes += 1;
    // A picture that is only refreshed step by step is a start where hardly any other comes: it begins blurred.
    const starts = idr || recovery === 0 || (refreshes && this.#refreshes >= this.#idrs);
    if (!starts) {
      if (this.#sets.orderUnknown) this.#sets.learnOrder(bytes, at, end);
      return this.#units.beginSlice(true, MAY_LEAD, null);
    }
    const config = this.#sets.activate(bytes, at, end);
    if (config === null) this.#figures.malformed += 1;
    return this.#units.beginSlice(true, config === null ? USELESS : idr ? STARTS : STARTS_OPEN, config);
  }

  /** recovery_frame_cnt of a recovery point among SEI messages (§7.3.2.3, §D.1.8). */
  #readRecovery(bytes: Uint8Array, at: number, end: number): number {
    const bits = this.#bits.open(bytes, at, end);
    let recovery = NO_RECOVERY;
    while (!bits.spent) {
      const type = readSeiNumber(bits);
      const size = readSeiNumber(bits);
      if (bits.spent) break;
      if (type === RECOVERY_POINT) {
        const count = bits.ue(0xff_ff);
        if (!bits.spent) recovery = count;
        break;
      }
      bits.skipBytes(size);
    }
    bits.close();
    return recovery;
  }
}

/** A type or size of an SEI message: bytes of 255, then the rest (§7.3.2.3.1). */
function readSeiNumber(bits: BitReader): number {
  let number = 0;
  for (let byte = 255; byte === 255 && !bits.spent; number += byte) byte = bits.bits(8);
  return number;
}
