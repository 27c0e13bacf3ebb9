import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { Detection } from '#contracts/detection';
import { COCO_CLASSES, modelCardSchema } from '../../analytics/detectors/model-card.ts';
import { loadOnnxModel, type OnnxModel } from '../../analytics/detectors/onnx-model.ts';

/** What a model sees in a clip, picture by picture. */
export interface SeenPicture {
  /** Of the clip, ms. */
  readonly atMs: number;
  readonly detections: readonly Detection[];
}

/** What the tracker goes on with is less than what is told. */
const THRESHOLD = 0.1;

/** The YOLOX of the material, asked as its contract says. */
export async function loadYolox(path: string): Promise<OnnxModel> {
  const sha256 = createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
  const card = modelCardSchema.parse({
    ...{ name: 'YOLOX-nano', licence: 'Apache-2.0', sha256, classes: COCO_CLASSES },
    input: { channels: 'BGR' },
  });
  return loadOnnxModel(path, card, ['cpu']);
}

/** Decodes a clip at so many pictures a second, and looks at each. `size`: of the clip, pixels. */
export async function* seeClip(
  clip: string,
  { model, framesPerSecond }: { readonly model: OnnxModel; readonly framesPerSecond: number },
): AsyncGenerator<SeenPicture> {
  const { width, height } = await sizeFor(clip, model);
  const args = [
    '-v',
    'error',
    '-threads',
    '1',
    '-i',
    clip,
    '-an',
    '-vf',
    `fps=${framesPerSecond},scale=${width}:${height}:flags=bilinear`,
  ];
  const ffmpeg = spawn('ffmpeg', [...args, '-pix_fmt', 'rgb24', '-f', 'rawvideo', '-'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const bytes = width * height * 3;
  let [held, at]: [Buffer, number] = [Buffer.alloc(0), 0];
  try {
    for await (const chunk of ffmpeg.stdout) {
      held = Buffer.concat([held, chunk]);
      for (; held.length >= bytes; at += 1) {
        const pixels = Uint8Array.from(held.subarray(0, bytes));
        held = held.subarray(bytes);
        const [detections = []] = await model.look([{ width, height, pixels }], THRESHOLD);
        yield { atMs: Math.round((at * 1000) / framesPerSecond), detections };
      }
    }
  } finally {
    ffmpeg.kill('SIGKILL');
    if (ffmpeg.exitCode === null && ffmpeg.signalCode === null) await once(ffmpeg, 'exit');
  }
}

async function sizeFor(clip: string, { model }: OnnxModel): Promise<{ width: number; height: number }> {
  const probe = spawn('ffprobe', [
    '-v',
    'error',
    '-select_streams',
    'v',
    '-show_entries',
    'stream=width,height',
    '-of',
    'csv=p=0',
    clip,
  ]);
  let text = '';
  for await (const chunk of probe.stdout) text += String(chunk);
  const [width = 0, height = 0] = text.trim().split(',').map(Number);
  const scale = Math.min(model.width / width, model.height / height);
  return { width: Math.round(width * scale), height: Math.round(height * scale) };
}
