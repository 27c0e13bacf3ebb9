import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { averagePrecision, type LabelledPicture } from '../../tests/fakes/average-precision.ts';
import { material } from '../../tests/material.ts';
import { COCO_CLASSES, type ModelCard, modelCardSchema } from './model-card.ts';
import { loadOnnxModel, type OnnxModel } from './onnx-model.ts';

/** Real models on real pictures: a mistake in how they are asked or read costs accuracy and raises no error. */

const cocoSchema = z.object({
  images: z.array(z.object({ id: z.number(), file_name: z.string(), width: z.number(), height: z.number() })),
  annotations: z.array(
    z.object({ image_id: z.number(), category_id: z.number(), bbox: z.array(z.number()), iscrowd: z.number() }),
  ),
  categories: z.array(z.object({ id: z.number(), name: z.string() })),
});

const models = material('models');
const images = material('images');

const INPUTS = {
  yolox_nano_416: { channels: 'BGR' },
  nanodet_m_320: { channels: 'BGR', mean: [103.53, 116.28, 123.675], scale: [57.375, 57.12, 58.395], padding: 0 },
  fastestdet_352: { channels: 'BGR', scale: [255, 255, 255], resize: 'stretch' },
} as const;
type Name = keyof typeof INPUTS;

async function load(name: Name, input: object = {}): Promise<OnnxModel> {
  const path = join(models ?? '', `${name}.onnx`);
  const sha256 = createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
  const card: ModelCard = modelCardSchema.parse({
    ...{ name, licence: 'see the material', sha256, classes: COCO_CLASSES },
    input: { ...INPUTS[name], ...input },
  });
  return loadOnnxModel(path, card, ['cpu']);
}

/** mAP50 and that of persons, on all labelled pictures. */
async function accuracy(loaded: OnnxModel): Promise<{ mean: number; person: number }> {
  const folder = images ?? '';
  const coco = cocoSchema.parse(JSON.parse(await readFile(join(folder, 'coco_val_open.json'), 'utf8')));
  const nameOf = new Map(coco.categories.map(({ id, name }) => [id, name]));
  const { width, height, card } = loaded.model;
  const pictures: LabelledPicture[] = [];
  for (const image of coco.images) {
    const fit = card.input.resize === 'stretch' ? 'fill' : 'inside';
    const { data, info } = await sharp(join(folder, 'coco_val_open', image.file_name))
      .removeAlpha()
      .toColourspace('srgb')
      .resize(width, height, { fit, kernel: 'linear' })
      .raw()
      .toBuffer({ resolveWithObject: true });
    const [found = []] = await loaded.look([{ width: info.width, height: info.height, pixels: data }], 0.01);
    const truth = coco.annotations
      .filter(({ image_id }) => image_id === image.id)
      .map(({ category_id, bbox: [left = 0, top = 0, w = 0, h = 0], iscrowd }) => ({
        label: nameOf.get(category_id) ?? '',
        box: { left: left / image.width, top: top / image.height, width: w / image.width, height: h / image.height },
        crowd: iscrowd === 1,
      }));
    pictures.push({ truth, found });
  }
  const all = COCO_CLASSES.flatMap((label) => averagePrecision(pictures, label) ?? []);
  return {
    mean: all.reduce((sum, one) => sum + one, 0) / all.length,
    person: averagePrecision(pictures, 'person') ?? 0,
  };
}

describe.skipIf(models === undefined || images === undefined)('a real model on labelled pictures', () => {
  it.each<[Name, string, number, number]>([
    ['yolox_nano_416', 'yolox', 0.45, 0.62],
    ['nanodet_m_320', 'nanodet', 0.3, 0.45],
    ['fastestdet_352', 'fastestdet', 0.15, 0.3],
  ])('%s is understood by its graph, and finds what it should', async (name, layout, mean, person) => {
    const loaded = await load(name);
    expect(loaded.model.layout.name).toBe(layout);
    const found = await accuracy(loaded);
    await loaded.close();
    process.stdout.write(`${name}: mAP50 ${found.mean.toFixed(3)}, persons ${found.person.toFixed(3)}\n`);
    expect(found.mean).toBeGreaterThanOrEqual(mean);
    expect(found.person).toBeGreaterThanOrEqual(person);
  });

  it.each([
    ['its colours exchanged', { channels: 'RGB' }],
    ['its values divided', { scale: [255, 255, 255] }],
  ])('the pass mark tells a model that is asked with %s', async (_, input) => {
    const loaded = await load('yolox_nano_416', input);
    const { mean, person } = await accuracy(loaded);
    await loaded.close();
    expect(mean >= 0.45 && person >= 0.62).toBe(false);
  });
});
