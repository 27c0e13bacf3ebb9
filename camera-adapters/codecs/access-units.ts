import type { AccessUnitWriter, DepacketizerFigures, RtpPacket, VideoConfig } from './codec.ts';

/** How a slice stands to a viewer who joins with its picture. */
export const FOLLOWS = 0;
/** Everything from here on can be decoded. */
export const STARTS = 1;
/** The same, but pictures that come behind and are shown before may need what came earlier. */
export const STARTS_OPEN = 2;
/** One of those pictures. */
export const LEADS = 3;
/** One of those if its time says so, as its codec does not tell. */
export const MAY_LEAD = 4;
/** Cannot be decoded: its parameter sets have never come. */
export const USELESS = 5;

/** An access unit above this is no picture of any camera. */
const MOST_UNIT_BYTES = 8 * 1024 * 1024;

/** Sets that may be repeated between two slices; more begin another picture. */
const MOST_HELD = 8;

/** What marker bits are worth: nothing is known, they end pictures, or they stand anywhere. */
const UNKNOWN = 0;
const TRUSTED = 1;
const IGNORED = 2;

/**
 * Puts NAL units together to access units, for H.264 and H.265 alike, where FFmpeg's parsers would: at a first slice,
 * or at what only stands before one, behind another picture's. Where the marker bit has proved to be the picture's last
 * packet, it need not wait for that. Times of parameter sets do not matter; the picture's is that of its first slice.
 *
 * A picture with a missing piece is discarded, and with it all up to the next where decoding can start.
 */
export class AccessUnits {
  readonly #writer: AccessUnitWriter;
  readonly #figures: DepacketizerFigures;
  /** Of the picture that is being put together. */
  #slices = 0;
  #bytes = 0;
  #rtpTime = 0;
  #access = FOLLOWS;
  #config: VideoConfig | null = null;
  /** Nothing more of this picture is written. */
  #skipping = false;
  #marked = false;
  /** Nothing is missing of it, which makes its marker bits worth learning from. */
  #whole = false;
  /** A NAL unit is begun in the writer. */
  #open = false;
  #packetTime = 0;
  /** No picture is committed before one where decoding starts. */
  #waiting = true;
  /** Waiting because of damage, and not only because this is the beginning. */
  #damaged = false;
  /** Decoding started at a picture with leading ones, which are not shown. */
  #dropsLeading = false;
  #accessTime = 0;
  #markers = UNKNOWN;
  /** Parameter sets behind a slice, which the next slice puts before its picture, or shows to be repeated within one. */
  readonly #held: Uint8Array[] = [];
  #afterLoss = false;
  #told: VideoConfig | null = null;

  constructor(writer: AccessUnitWriter, figures: DepacketizerFigures) {
    this.#writer = writer;
    this.#figures = figures;
  }

  /** Before a packet's units. True where what came before and what comes now have a gap between them. */
  packet(packet: RtpPacket): boolean {
    const gap = packet.fresh || packet.lost > 0;
    this.#afterLoss = gap && !packet.fresh;
    if (gap) {
      const elsewhere = packet.fresh || packet.timestamp !== this.#packetTime;
      if (this.#afterLoss && elsewhere && this.#slices > 0 && this.#markers === TRUSTED) this.#figures.torn += 1;
      this.#gap(elsewhere);
    }
    this.#packetTime = packet.timestamp;
    return gap;
  }

  /** Behind a packet's units, where it has the marker bit. */
  marker(): void {
    // What ends with a set does not go on behind it.
    if (this.#held.length > 0) this.#finish();
    // Parameter sets with a marker of their own are no picture, and no picture ends within a unit.
    if (this.#slices === 0 || this.#open) return;
    // A camera that marks every slice has marked the first of two.
    if (this.#markers === UNKNOWN && this.#slices > 1 && !this.#marked && this.#whole) this.#markers = TRUSTED;
    if (this.#markers === TRUSTED) this.#finish();
    else this.#marked = true;
  }

  /**
   * A parameter set that is known already. Behind a slice it is kept until it is clear whose it is: some servers repeat
   * the sets before each slice. False where it is to be written like any other unit.
   */
  hold(set: Uint8Array): boolean {
    if (this.#slices === 0 || this.#held.length === MOST_HELD) return false;
    this.#held.push(set);
    return true;
  }

  /** A unit that only stands before the slices of a picture. True where it is to be written. */
  beginBefore(): boolean {
    if (this.#slices > 0) this.#finish();
    return this.#begin();
  }

  /** A unit that may stand anywhere. */
  beginWithin(): boolean {
    this.#unlearnMarkers();
    this.#held.length = 0;
    return this.#begin();
  }

  /** `first`: of its picture. `config`: what holds from a picture on where decoding starts. */
  beginSlice(first: boolean, access: number, config: VideoConfig | null): boolean {
    if (first) {
      if (this.#slices > 0) this.#finish();
      this.#beginPicture(access, config);
    } else {
      this.#unlearnMarkers();
      this.#held.length = 0;
      if (this.#slices === 0) {
        this.damage();
        return false;
      }
    }
    this.#slices += 1;
    return this.#begin();
  }

  /** What comes now belongs to the picture whose last packet the marker should have told. */
  #unlearnMarkers(): void {
    const committed = this.#slices === 0 && this.#markers === TRUSTED && this.#packetTime === this.#rtpTime;
    if (committed || this.#marked) this.#markers = IGNORED;
    this.#marked = false;
  }

  #beginPicture(access: number, config: VideoConfig | null): void {
    this.#rtpTime = this.#packetTime;
    this.#access = access;
    this.#config = config;
    this.#whole = true;
    if (access === USELESS) this.damage();
    else if (access !== STARTS && access !== STARTS_OPEN && (this.#waiting || this.#leads(access))) this.#skip();
  }

  /** Decoding has started at a picture with leading ones, and this is one of them. */
  #leads(access: number): boolean {
    if (!this.#dropsLeading || access === FOLLOWS) return false;
    return access === LEADS || ((this.#rtpTime - this.#accessTime) | 0) < 0;
  }

  #begin(): boolean {
    this.endUnit();
    if (this.#skipping) return false;
    this.#writer.beginUnit();
    this.#open = true;
    this.#bytes += 4;
    return true;
  }

  /** Adds to the unit that is begun; nothing where it is not to be written. */
  append(bytes: Uint8Array, start: number, end: number): void {
    if (!this.#open) return;
    this.#bytes += end - start;
    if (this.#bytes > MOST_UNIT_BYTES) this.damage();
    else this.#writer.append(bytes, start, end);
  }

  appendByte(value: number): void {
    if (!this.#open) return;
    this.#bytes += 1;
    this.#writer.appendByte(value);
  }

  /** A further part of a unit comes. False where it is not begun: what came before is missing, or makes no sense. */
  continues(): boolean {
    if (this.#open || this.#skipping) return true;
    if (this.#afterLoss) this.#figures.torn += 1;
    return false;
  }

  endUnit(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#writer.endUnit(true);
  }

  /** What comes of this picture, if only its middle, cannot be shown, nor anything that builds on it. */
  damage(): void {
    if (this.#slices === 0) {
      this.#slices = 1;
      this.#rtpTime = this.#packetTime;
    }
    this.#whole = false;
    this.#marked = false;
    this.#skip();
    this.#startOver();
  }

  #skip(): void {
    if (this.#skipping) return;
    this.#dropUnit();
    this.#writer.discard();
    this.#skipping = true;
  }

  #dropUnit(): void {
    if (this.#open) this.#writer.endUnit(false);
    this.#open = false;
  }

  /** Packets are missing. `elsewhere`: what comes now is not of the picture that was being put together. */
  #gap(elsewhere: boolean): void {
    this.#held.length = 0;
    // Without a marker to trust, nobody knows whether the picture was whole.
    if (this.#slices > 0) {
      this.damage();
      if (elsewhere) this.#finish();
      return;
    }
    this.#dropUnit();
    this.#writer.discard();
    this.#reset();
    this.#startOver();
  }

  #startOver(): void {
    this.#waiting = true;
    // What comes before the first picture was not lost.
    this.#damaged = this.#told !== null;
  }

  #finish(): void {
    this.endUnit();
    if (this.#marked && this.#markers === UNKNOWN && this.#whole) this.#markers = TRUSTED;
    if (!this.#whole) this.#figures.broken += 1;
    if (this.#skipping) {
      if (this.#damaged) this.#figures.discarded += 1;
    } else this.#commit();
    this.#reset();
    for (const set of this.#held) {
      this.#begin();
      this.append(set, 0, set.length);
      this.endUnit();
    }
    this.#held.length = 0;
  }

  #commit(): void {
    const starts = this.#access === STARTS || this.#access === STARTS_OPEN;
    if (starts) {
      this.#dropsLeading = this.#waiting && this.#access === STARTS_OPEN;
      this.#accessTime = this.#rtpTime;
    }
    this.#waiting = false;
    this.#damaged = false;
    this.#figures.units += 1;
    if (starts && this.#config !== null && this.#config !== this.#told) {
      this.#told = this.#config;
      this.#writer.commit({ rtpTime: this.#rtpTime, randomAccess: true, config: this.#config });
    } else this.#writer.commit({ rtpTime: this.#rtpTime, randomAccess: starts });
  }

  #reset(): void {
    this.#slices = 0;
    this.#bytes = 0;
    this.#access = FOLLOWS;
    this.#config = null;
    this.#skipping = false;
    this.#marked = false;
    this.#whole = false;
  }
}
