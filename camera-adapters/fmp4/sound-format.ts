import { G711_NAMES, isG711 } from '#base/sound/g711';
import type { SoundConfig } from '../codecs/codec.ts';
import { createFlacWriter, type FlacWriter } from '../codecs/flac-writer.ts';
import { aacEntry, flacEntry } from './init-segment-writer.ts';

/** How sound stands in MP4. */
export interface SoundFormat {
  /** RFC 6381, as browsers ask for it. */
  readonly codec: string;
  /** The sample entry with all that is in it. */
  readonly entry: Uint8Array;
  /** Of the track: what it was before, where that is not what it is. */
  readonly name: string;
  /** What makes samples of what came; `null` where that goes in as it is. */
  readonly writer: FlacWriter | null;
}

export function soundFormatOf(config: SoundConfig): SoundFormat {
  const { codec, sampleRate } = config;
  if (!isG711(codec)) return { codec, entry: aacEntry(config), name: 'sound', writer: null };
  const writer = createFlacWriter(codec, sampleRate);
  return { codec: 'flac', entry: flacEntry(config, writer.streamInfo), name: G711_NAMES[codec], writer };
}
