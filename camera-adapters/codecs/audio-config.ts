/** AudioSpecificConfig (ISO/IEC 14496-3 §1.6.2.1). */
export interface AudioConfig {
  /** Of the whole: 5 and 29 for high efficiency. */
  readonly audioObject: number;
  /** As it sounds, with spectral band replication; 0 where the index stands for none. */
  readonly sampleRate: number;
  /** `null` where they are told elsewhere. */
  readonly channels: number | null;
  /** Samples of one channel in a frame, at `sampleRate`. */
  readonly frameSamples: number;
}

/** §1.6.3.4. */
const SAMPLE_RATES = [
  96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8000, 7350,
];
const OWN_RATE = 15;
const BAND_REPLICATION = 5;
const PARAMETRIC_STEREO = 29;
const LOW_DELAY = 23;
const ENHANCED_LOW_DELAY = 39;

/** Behind the end there are zeros: a short configuration reads as object 0, which nobody plays. */
export function readAudioConfig(bytes: Uint8Array): AudioConfig {
  let at = 0;
  const bits = (count: number): number => {
    let value = 0;
    for (const end = at + count; at < end; at += 1) value = value * 2 + (((bytes[at >> 3] ?? 0) >> (7 - (at & 7))) & 1);
    return value;
  };
  const object = (): number => {
    const five = bits(5);
    return five === 31 ? 32 + bits(6) : five;
  };
  const rate = (): number => {
    const index = bits(4);
    return index === OWN_RATE ? bits(24) : (SAMPLE_RATES[index] ?? 0);
  };
  const audioObject = object();
  const coreRate = rate();
  const configuration = bits(4);
  const replicated = audioObject === BAND_REPLICATION || audioObject === PARAMETRIC_STEREO;
  const sampleRate = replicated ? rate() : coreRate;
  const core = replicated ? object() : audioObject;
  const short = bits(1) === 1;
  const coreSamples = core === LOW_DELAY || core === ENHANCED_LOW_DELAY ? (short ? 480 : 512) : short ? 960 : 1024;
  const told = configuration === 7 ? 8 : configuration || null;
  return {
    audioObject,
    sampleRate,
    // Table 1.19: seven means eight channels, zero that they are told elsewhere.
    channels: told === 1 && audioObject === PARAMETRIC_STEREO ? 2 : told,
    frameSamples: coreRate === 0 ? coreSamples : Math.round((coreSamples * sampleRate) / coreRate),
  };
}
