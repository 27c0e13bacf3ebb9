import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { Rule } from '#contracts/rules';
import type { Picture } from '../../analytics/detectors/model.ts';
import { COCO_CLASSES, modelCardSchema } from '../../analytics/detectors/model-card.ts';
import { loadOnnxModel, type OnnxModel } from '../../analytics/detectors/onnx-model.ts';
import { createMotionGate } from '../../analytics/motion/motion-gate.ts';
import { createCameraRules } from '../../analytics/rules/camera-rules.ts';
import { createTracker } from '../../analytics/tracker/tracker.ts';

/** What rules tell of a clip; moments are of the clip, s. */
export interface ToldOfClip {
  readonly ruleId: string;
  readonly atSeconds: number;
}

/** The tracker goes on with less than what is told. */
const THRESHOLD = 0.1;
const GATE_WIDTH = 160;
/** Where nothing moves it is looked this often. */
const HEARTBEAT_MS = 1000;
/** The gate says nothing at first. */
const LEARNS_MS = 2000;

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

/** Gate, detector, tracker and rules, picture by picture, as fast as they can. */
export async function watchClip(
  clip: string,
  options: { readonly model: OnnxModel; readonly rules: readonly Rule[]; readonly framesPerSecond: number },
): Promise<{ readonly told: readonly ToldOfClip[]; readonly pictures: number; readonly looks: number }> {
  const { model, framesPerSecond } = options;
  const size = await sizeFor(clip, model.model);
  const gateSize = { width: GATE_WIDTH, height: Math.round((GATE_WIDTH * size.height) / size.width) };
  const gate = createMotionGate(gateSize);
  const tracker = createTracker();
  const rules = createCameraRules(options.rules);
  const told: ToldOfClip[] = [];
  let [pictures, looks, lookedMs] = [0, 0, Number.NEGATIVE_INFINITY];
  for await (const picture of picturesOf(clip, size, framesPerSecond)) {
    const atMs = Math.round((pictures * 1000) / framesPerSecond);
    pictures += 1;
    const motion = gate.look(lumaOf(picture, gateSize), atMs);
    const looksNow =
      motion.regions.length > 0 || motion.allChanged || atMs < LEARNS_MS || atMs - lookedMs >= HEARTBEAT_MS;
    const [seen = []] = looksNow ? await model.look([picture], THRESHOLD) : [];
    if (looksNow) [looks, lookedMs] = [looks + 1, atMs];
    const tracks = looksNow ? tracker.update(seen, atMs) : tracker.update([], atMs, []);
    const scene = { atMs, tracks, ended: tracker.ended, motion, signals: [] };
    for (const { rule } of rules.look(scene)) told.push({ ruleId: rule.id, atSeconds: atMs / 1000 });
  }
  return { told, pictures, looks };
}

interface Size {
  readonly width: number;
  readonly height: number;
}

async function* picturesOf(clip: string, { width, height }: Size, framesPerSecond: number): AsyncGenerator<Picture> {
  // Rounded up: the picture of a moment is the last one before it.
  const filter = `fps=${framesPerSecond}:round=up,scale=${width}:${height}:flags=bilinear`;
  const args = ['-v', 'error', '-threads', '1', '-i', clip, '-an', '-vf', filter, '-pix_fmt', 'rgb24'];
  const ffmpeg = spawn('ffmpeg', [...args, '-f', 'rawvideo', '-'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const bytes = width * height * 3;
  let held: Buffer = Buffer.alloc(0);
  try {
    for await (const chunk of ffmpeg.stdout) {
      held = Buffer.concat([held, chunk]);
      for (; held.length >= bytes; held = held.subarray(bytes)) {
        yield { width, height, pixels: Uint8Array.from(held.subarray(0, bytes)) };
      }
    }
  } finally {
    ffmpeg.kill('SIGKILL');
    if (ffmpeg.exitCode === null && ffmpeg.signalCode === null) await once(ffmpeg, 'exit');
  }
}

function lumaOf({ width, height, pixels }: Picture, size: Size): Uint8Array {
  const luma = new Uint8Array(size.width * size.height);
  for (let at = 0; at < luma.length; at += 1) {
    const x = Math.floor((((at % size.width) + 0.5) * width) / size.width);
    const y = Math.floor(((Math.floor(at / size.width) + 0.5) * height) / size.height);
    const from = (y * width + x) * 3;
    luma[at] = ((pixels[from] ?? 0) * 77 + (pixels[from + 1] ?? 0) * 150 + (pixels[from + 2] ?? 0) * 29) >> 8;
  }
  return luma;
}

/** The clip's picture in the model's. */
async function sizeFor(clip: string, model: Size): Promise<Size> {
  const show = ['-select_streams', 'v', '-show_entries', 'stream=width,height', '-of', 'csv=p=0'];
  const probe = spawn('ffprobe', ['-v', 'error', ...show, clip], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  for await (const chunk of probe.stdout) text += String(chunk);
  const [width = 0, height = 0] = text.trim().split(',').map(Number);
  const scale = Math.min(model.width / width, model.height / height);
  return { width: Math.round(width * scale), height: Math.round(height * scale) };
}
