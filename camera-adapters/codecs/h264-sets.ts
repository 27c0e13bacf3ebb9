import { BitReader } from './bit-reader.ts';
import type { VideoConfig } from './codec.ts';
import { avcName } from './codec-names.ts';
import { type H264Sps, readH264Sps } from './h264-sps.ts';
import {
  copyOf,
  endOfSet,
  joined,
  MOST_SET_BYTES,
  type ParameterSet,
  SetShelf,
  sameBytes,
  sized,
} from './set-shelf.ts';

interface SequenceSet extends ParameterSet {
  readonly facts: H264Sps;
}

interface PictureSet extends ParameterSet {
  readonly sequence: number;
}

/** More picture sets than any encoder of a camera uses. */
const MOST_PICTURE_SETS = 64;

/** With B pictures that others build on, as encoders make them, two may stand between decoding and showing. */
const USUAL_REORDER = 2;

/** The parameter sets of an H.264 stream, and the configuration that follows from those in use. */
export class H264Sets {
  readonly #sequences = new SetShelf<SequenceSet>(32);
  readonly #pictures = new SetShelf<PictureSet>(MOST_PICTURE_SETS);
  readonly #bits = new BitReader();
  #changed = true;
  #active: SequenceSet | null = null;
  #config: VideoConfig | null = null;
  #bidirectional = false;

  /** The sets in use do not tell whether pictures come out of order, and no slice has shown it yet. */
  get orderUnknown(): boolean {
    return this.#active !== null && this.#active.facts.reorder === null && !this.#bidirectional;
  }

  /** The slice that begins with `bytes[start]` may show what the sets do not tell; the next configuration says it. */
  learnOrder(bytes: Uint8Array, start: number, end: number): void {
    const bits = this.#bits.open(bytes, start, end);
    bits.ue();
    const type = bits.ue(9);
    bits.close();
    // §7.4.3: B slices are 1, and 6 where all of the picture are.
    if (bits.spent || type % 5 !== 1) return;
    this.#bidirectional = true;
    this.#changed = true;
  }

  /** A whole NAL unit of type 7 or 8. Kept only if it is new. False where it makes no sense. */
  take(bytes: Uint8Array, start: number, endOfUnit: number): boolean {
    // Some cameras send zeros behind it, some do not announce them.
    const end = endOfSet(bytes, start, endOfUnit);
    return ((bytes[start] ?? 0) & 0x1f) === 7
      ? this.#takeSequence(bytes, start, end)
      : this.#takePicture(bytes, start, end);
  }

  /** A set of just these bytes that was taken. */
  known(bytes: Uint8Array, start: number, endOfUnit: number): Uint8Array | undefined {
    const shelf = ((bytes[start] ?? 0) & 0x1f) === 7 ? this.#sequences : this.#pictures;
    return shelf.same(bytes, start, endOfSet(bytes, start, endOfUnit))?.bytes;
  }

  #takeSequence(bytes: Uint8Array, start: number, end: number): boolean {
    if (this.#sequences.same(bytes, start, end) !== undefined) return true;
    if (end - start > MOST_SET_BYTES) return false;
    const facts = readH264Sps(this.#bits.open(bytes, start + 1, end));
    this.#bits.close();
    if (facts === null) return false;
    this.#changed = true;
    return this.#sequences.put({ id: facts.id, bytes: copyOf(bytes, start, end), facts });
  }

  #takePicture(bytes: Uint8Array, start: number, end: number): boolean {
    if (this.#pictures.same(bytes, start, end) !== undefined) return true;
    if (end - start > MOST_SET_BYTES) return false;
    const bits = this.#bits.open(bytes, start + 1, end);
    const id = bits.ue(255);
    const sequence = bits.ue(31);
    bits.close();
    if (bits.spent) return false;
    this.#changed = true;
    return this.#pictures.put({ id, sequence, bytes: copyOf(bytes, start, end) });
  }

  /**
   * The configuration for a picture whose first slice (§7.3.3) begins with `bytes[start]`, behind the header of its NAL
   * unit; the same object as long as the content is the same. `null` where its sets are missing.
   */
  activate(bytes: Uint8Array, start: number, end: number): VideoConfig | null {
    const bits = this.#bits.open(bytes, start, end);
    bits.ue();
    bits.ue(9);
    const id = bits.ue(255);
    bits.close();
    const picture = bits.spent ? undefined : this.#pictures.find(id);
    const sequence = picture === undefined ? undefined : this.#sequences.find(picture.sequence);
    if (sequence === undefined) return null;
    if (!this.#changed && sequence === this.#active) return this.#config;
    this.#changed = false;
    this.#active = sequence;
    const { facts } = sequence;
    const configuration = avcConfiguration(
      sequence,
      this.#pictures.all().filter((set) => set.sequence === sequence.id),
    );
    const reorder = facts.reorder ?? (this.#bidirectional ? Math.min(USUAL_REORDER, facts.references) : 0);
    if (this.#config?.reorder === reorder && sameBytes(this.#config.configuration, configuration)) return this.#config;
    this.#config = {
      codec: avcName(facts.profile, facts.constraints, facts.level),
      width: facts.width,
      height: facts.height,
      frameRate: facts.frameRate,
      reorder,
      entry: 'avc1',
      configuration,
    };
    return this.#config;
  }
}

/** AVCDecoderConfigurationRecord (ISO/IEC 14496-15 §5.3.3.1.2), with lengths of four bytes. */
function avcConfiguration(sequence: SequenceSet, pictures: readonly PictureSet[]): Uint8Array {
  const { facts } = sequence;
  // Baseline, main and extended have no chroma to tell of.
  const plain = facts.profile === 66 || facts.profile === 77 || facts.profile === 88;
  const chroma = plain
    ? new Uint8Array(0)
    : Uint8Array.of(0xfc | facts.chromaFormat, 0xf8 | facts.bitDepthLuma, 0xf8 | facts.bitDepthChroma, 0);
  return joined(
    Uint8Array.of(1, facts.profile, facts.constraints, facts.level, 0xff, 0xe1),
    sized(sequence),
    Uint8Array.of(pictures.length),
    ...pictures.map(sized),
    chroma,
  );
}
