import { BitReader } from './bit-reader.ts';
import type { VideoConfig } from './codec.ts';
import { hevcName } from './codec-names.ts';
import { type H265Sps, readH265Sps, readH265Vps } from './h265-sps.ts';
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

interface VideoSet extends ParameterSet {
  readonly frameRate: number | null;
}

interface SequenceSet extends ParameterSet {
  readonly facts: H265Sps;
}

interface PictureSet extends ParameterSet {
  readonly sequence: number;
}

export const VPS = 32;
export const SPS = 33;
export const PPS = 34;

/** The parameter sets of an H.265 stream, and the configuration that follows from those in use. */
export class H265Sets {
  readonly #videos = new SetShelf<VideoSet>(16);
  readonly #sequences = new SetShelf<SequenceSet>(16);
  readonly #pictures = new SetShelf<PictureSet>(64);
  readonly #bits = new BitReader();
  #changed = true;
  #active: SequenceSet | null = null;
  #config: VideoConfig | null = null;

  /** A whole NAL unit of type 32, 33 or 34. Kept only if it is new. False where it makes no sense. */
  take(bytes: Uint8Array, start: number, endOfUnit: number): boolean {
    const end = endOfSet(bytes, start, endOfUnit);
    const type = ((bytes[start] ?? 0) >> 1) & 0x3f;
    if (this.#shelf(type).same(bytes, start, end) !== undefined) return true;
    if (end - start > MOST_SET_BYTES) return false;
    this.#changed = true;
    const bits = this.#bits.open(bytes, start + 2, end);
    const put =
      type === VPS
        ? this.#putVideo(bits, bytes, start, end)
        : type === SPS
          ? this.#putSequence(bits, bytes, start, end)
          : this.#putPicture(bits, bytes, start, end);
    bits.close();
    return put;
  }

  /** A set of just these bytes that was taken. */
  known(bytes: Uint8Array, start: number, endOfUnit: number): Uint8Array | undefined {
    const shelf = this.#shelf(((bytes[start] ?? 0) >> 1) & 0x3f);
    return shelf.same(bytes, start, endOfSet(bytes, start, endOfUnit))?.bytes;
  }

  #shelf(type: number): SetShelf<VideoSet> | SetShelf<SequenceSet> | SetShelf<PictureSet> {
    return type === VPS ? this.#videos : type === SPS ? this.#sequences : this.#pictures;
  }

  #putVideo(bits: BitReader, bytes: Uint8Array, start: number, end: number): boolean {
    const facts = readH265Vps(bits);
    return facts !== null && this.#videos.put({ ...facts, bytes: copyOf(bytes, start, end) });
  }

  #putSequence(bits: BitReader, bytes: Uint8Array, start: number, end: number): boolean {
    const facts = readH265Sps(bits);
    return facts !== null && this.#sequences.put({ id: facts.id, bytes: copyOf(bytes, start, end), facts });
  }

  #putPicture(bits: BitReader, bytes: Uint8Array, start: number, end: number): boolean {
    const id = bits.ue(63);
    const sequence = bits.ue(15);
    return !bits.spent && this.#pictures.put({ id, sequence, bytes: copyOf(bytes, start, end) });
  }

  /**
   * The configuration for an IRAP picture whose first slice segment (§7.3.6.1) begins with `bytes[start]`, behind the
   * header of its NAL unit; the same object as long as the content is the same. `null` where its sets are missing.
   */
  activate(bytes: Uint8Array, start: number, end: number): VideoConfig | null {
    const bits = this.#bits.open(bytes, start, end);
    bits.skip(2); // first_slice_segment_in_pic_flag, no_output_of_prior_pics_flag
    const id = bits.ue(63);
    bits.close();
    const picture = bits.spent ? undefined : this.#pictures.find(id);
    const sequence = picture === undefined ? undefined : this.#sequences.find(picture.sequence);
    const video = sequence === undefined ? undefined : this.#videos.find(sequence.facts.video);
    if (sequence === undefined || video === undefined) return null;
    if (!this.#changed && sequence === this.#active) return this.#config;
    this.#changed = false;
    this.#active = sequence;
    const { facts } = sequence;
    const configuration = hevcConfiguration(
      video,
      sequence,
      this.#pictures.all().filter((set) => set.sequence === sequence.id),
    );
    if (this.#config !== null && sameBytes(this.#config.configuration, configuration)) return this.#config;
    this.#config = {
      codec: hevcName(facts.profileTierLevel),
      width: facts.width,
      height: facts.height,
      frameRate: facts.frameRate ?? video.frameRate,
      reorder: facts.reorder,
      entry: 'hvc1',
      configuration,
    };
    return this.#config;
  }
}

/** HEVCDecoderConfigurationRecord (ISO/IEC 14496-15 §8.3.3.1.2), with lengths of four bytes. */
function hevcConfiguration(video: VideoSet, sequence: SequenceSet, pictures: readonly PictureSet[]): Uint8Array {
  const { facts } = sequence;
  // `hvc1` wants its arrays complete (the highest bit of the type), though cameras repeat the sets in band.
  const array = (type: number, sets: readonly ParameterSet[]): Uint8Array =>
    joined(Uint8Array.of(0x80 | type, 0, sets.length), ...sets.map(sized));
  return joined(
    Uint8Array.of(1),
    facts.profileTierLevel,
    // Spatial segmentation and parallelism are not told, nor is the average frame rate.
    Uint8Array.of(
      0xf0,
      0,
      0xfc,
      0xfc | facts.chromaFormat,
      0xf8 | facts.bitDepthLuma,
      0xf8 | facts.bitDepthChroma,
      0,
      0,
    ),
    Uint8Array.of((facts.subLayers << 3) | (facts.temporalNesting ? 4 : 0) | 3, 3),
    array(VPS, [video]),
    array(SPS, [sequence]),
    array(PPS, pictures),
  );
}
