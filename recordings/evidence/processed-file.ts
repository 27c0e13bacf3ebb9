import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { EvidenceFile, EvidenceProcessing } from '#contracts/evidence';
import type { OverlayEncoder } from '#contracts/media';
import { type FragmentRecord, RECORD_BYTES, readRecord } from '../segment-file.ts';
import { endOfLast, gapsIn, joined, type PlannedFile, readFile, type WrittenFile } from './export-file.ts';
import type { Overlay } from './overlay.ts';

/** What is known of a file that was encoded again, but for whose it is. */
export type ProcessedFile = Omit<EvidenceFile, 'name' | 'camera' | 'role' | 'clock'> & {
  readonly processing: Extract<EvidenceProcessing, { kind: 'reencoded' }>;
};

/**
 * Reads a planned file once, burns the overlay into it, and writes what comes out to `path`. The pictures keep the
 * times that their records give them; the records themselves, with the seals over them, stand beside as the original.
 * `onBytes` counts what was read of the recording. Rejects when it is aborted; what stands at `path` then is for the
 * caller to remove.
 */
export async function writeProcessedFile(
  path: string,
  request: {
    readonly plan: PlannedFile;
    readonly overlay: Overlay;
    /** The overlay, drawn. */
    readonly picture: string;
    readonly encoder: OverlayEncoder;
    readonly program: string;
  },
  options: { readonly signal: AbortSignal; readonly onBytes: (bytes: number) => void },
): Promise<ProcessedFile> {
  const { plan, overlay, encoder } = request;
  const { timescale, width, height } = plan;
  const source = createSource(plan, options.onBytes);
  const whole = createHash('sha256');
  const fragments: EvidenceFile['fragments'] = [];
  let init: EvidenceFile['init'] | undefined;
  let codec = '';
  let bytes = 0;
  const handle = await open(path, 'w', 0o600);
  try {
    const input = { mp4: source.chunks(), overlay: request.picture, width, height, timescale };
    for await (const part of encoder.run(input, options.signal)) {
      const digest = createHash('sha256').update(part.bytes).digest('hex');
      if (part.kind === 'init') {
        init = { bytes: part.bytes.byteLength, sha256: digest };
        codec = part.video.codec;
      } else {
        const durationMs = (part.duration * 1000) / timescale;
        fragments.push([part.bytes.byteLength, source.wallClockOf(part.decodeTime), durationMs, digest]);
      }
      whole.update(part.bytes);
      bytes += part.bytes.byteLength;
      await handle.writeFile(part.bytes);
    }
    await handle.datasync();
  } finally {
    await handle.close();
  }
  const original = source.written();
  if (init === undefined || original === undefined) throw new Error('the encoder ended before its source');
  const [, sound] = original.codec.split(',');
  return {
    ...{ bytes, sha256: whole.digest('hex'), init, fragments, gaps: joined([...gapsIn(fragments), ...original.gaps]) },
    codec: sound === undefined ? codec : `${codec},${sound}`,
    width: width + (width % 2),
    height: height + (height % 2),
    fromMs: fragments[0]?.[1] ?? original.fromMs,
    toMs: endOfLast(fragments) ?? original.toMs,
    processing: {
      kind: 'reencoded',
      masks: overlay.masks.map(({ name, points }) => ({ name, points })),
      watermark: overlay.watermark === null ? null : [...overlay.watermark],
      encoder: `${request.program}, ${encoder.settings}`,
      original: originalOf(original, timescale, source.records()),
    },
  };
}

/** The bytes of the recording on their way into the encoder, and what their records say of times. */
function createSource(plan: PlannedFile, onBytes: (bytes: number) => void) {
  const boxes: Buffer[] = [];
  const times: Pick<FragmentRecord, 'decodeTime' | 'wallClockMs'>[] = [];
  let written: WrittenFile | undefined;
  /** Decode time of the first record minus that of the first fragment that came out. */
  let shift: number | undefined;

  function note(chunk: Buffer): void {
    const box = Buffer.from(chunk.subarray(0, RECORD_BYTES));
    const record = readRecord(box);
    // The initialisation segment, which has none.
    if (record === undefined) return;
    boxes.push(box);
    times.push({ decodeTime: record.decodeTime, wallClockMs: record.wallClockMs });
  }

  return {
    async *chunks(): AsyncGenerator<Buffer> {
      for await (const chunk of readFile(plan, (file) => {
        written = file;
      })) {
        note(chunk);
        yield chunk;
        onBytes(chunk.byteLength);
      }
    },
    /** ms since 1970 of a decode time that came out. */
    wallClockOf(decodeTime: number): number {
      shift ??= (times[0]?.decodeTime ?? 0) - decodeTime;
      const wanted = decodeTime + shift;
      // Half a millisecond of tolerance: both sides round to ticks of their own.
      const tolerance = plan.timescale / 2000;
      let [low, high] = [0, times.length - 1];
      while (low < high) {
        const middle = Math.ceil((low + high) / 2);
        if ((times[middle]?.decodeTime ?? 0) <= wanted + tolerance) low = middle;
        else high = middle - 1;
      }
      const near = times[low];
      return near === undefined ? plan.fromMs : near.wallClockMs + ((wanted - near.decodeTime) * 1000) / plan.timescale;
    },
    written: () => written,
    records: () => Buffer.concat(boxes),
  };
}

function originalOf(file: WrittenFile, timescale: number, records: Buffer) {
  const { codec, width, height, fromMs, toMs, bytes, sha256, init, pieces } = file;
  return {
    ...{ codec, width, height, fromMs, toMs, bytes, sha256, init, timescale, pieces },
    records: records.toString('base64'),
  };
}
