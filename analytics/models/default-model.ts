import { COCO_CLASSES, type ModelCard, modelCardSchema } from '../detectors/model-card.ts';

/** The model that `npm run models` fetches: small enough for two cores and a province's cameras, free to use. */
export interface PublishedModel {
  /** Of the file in the folder. */
  readonly name: string;
  readonly url: string;
  /** Lower-case hex, of the file that the figures of this program were measured with. */
  readonly sha256: string;
  card(sha256: string): ModelCard;
}

/**
 * YOLOX-Nano of Megvii. The hash is that of the file that this program is tested with, which is a copy of the
 * publisher's export: no connection to the publisher was there to compare the two. Where the release has other bytes,
 * the command refuses, names both hashes, and says how a person who has checked takes it.
 */
export const DEFAULT_MODEL: PublishedModel = {
  name: 'yolox-nano',
  url: 'https://github.com/Megvii-BaseDetection/YOLOX/releases/download/0.1.1rc0/yolox_nano.onnx',
  sha256: '695e750a5d5754bb5a8d5325643b59282191a7e7a564e435a415fd3c578eab14',
  card: (sha256) =>
    modelCardSchema.parse({
      name: 'YOLOX-Nano',
      licence: 'Apache-2.0',
      sha256,
      input: { channels: 'BGR' },
      layout: 'yolox',
      classes: COCO_CLASSES,
    }),
};

/** What a site without a choice of its own takes first, when there are several. */
export const PREFERRED_NAMES: readonly string[] = [DEFAULT_MODEL.name, 'yolox-tiny', 'yolox_nano', 'yolox_tiny'];
