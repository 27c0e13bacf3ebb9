import { layoutFor } from '../detectors/layouts/index.ts';
import type { GraphShape } from '../detectors/layouts/layout.ts';
import { COCO_CLASSES, type ModelCard, modelCardSchema } from '../detectors/model-card.ts';

/** What is known of a model file before it has a card. */
export interface CardlessModel {
  /** Of the file, without its ending. */
  readonly name: string;
  readonly sha256: string;
  readonly graph: GraphShape;
}

/** Where the graph does not say enough: `example` is a card to begin with. */
export class CardNeeded extends Error {
  readonly example: string;
  constructor(message: string, example: string) {
    super(message);
    this.name = 'CardNeeded';
    this.example = example;
  }
}

interface Habit {
  readonly input: Partial<ModelCard['input']> & Pick<ModelCard['input'], 'channels'>;
  readonly threshold?: number;
  /** How many classes the outputs have room for. */
  classes(graph: GraphShape): number;
}

const dim = (graph: GraphShape, at: number): number => graph.outputs[0]?.dims[at] ?? 0;

/**
 * How the exports of a family that its makers publish want their pictures. Families whose exports differ (DETR, SSD)
 * are not here: guessed wrong, they see badly and nobody notices.
 */
const HABITS: Readonly<Record<string, Habit>> = {
  yolox: { input: { channels: 'BGR' }, classes: (graph) => dim(graph, 2) - 5 },
  'yolo-columns': { input: { channels: 'RGB', scale: [255, 255, 255] }, classes: (graph) => dim(graph, 1) - 4 },
  nanodet: {
    input: { channels: 'BGR', mean: [103.53, 116.28, 123.675], scale: [57.375, 57.12, 58.395], padding: 0 },
    classes: ({ outputs }) => outputs.find(({ name }) => /cls/i.test(name))?.dims[2] ?? 0,
  },
  fastestdet: {
    input: { channels: 'BGR', scale: [255, 255, 255], resize: 'stretch' },
    threshold: 0.65,
    classes: (graph) => dim(graph, 1) - 5,
  },
};
const COCO = COCO_CLASSES.length;
/** Of a card. */
const MOST_CLASSES = 2000;

/** The card of a model whose graph says enough. Throws `CardNeeded`, or as `layoutFor` where nothing is understood. */
export function recogniseModel({ name, sha256, graph }: CardlessModel): ModelCard {
  const layout = layoutFor(graph, undefined);
  const habit = HABITS[layout.name];
  const classes = habit?.classes(graph);
  const start = {
    ...{ name, licence: 'unknown', sha256, layout: layout.name },
    ...(habit?.threshold === undefined ? {} : { threshold: habit.threshold }),
    input: habit?.input ?? { channels: 'RGB' as const },
  };
  if (habit !== undefined && classes === COCO) return modelCardSchema.parse({ ...start, classes: COCO_CLASSES });
  const known = classes === undefined || classes === COCO;
  const count = Math.min(MOST_CLASSES, Math.max(1, classes ?? COCO));
  const example = {
    ...start,
    classes: known ? COCO_CLASSES : Array.from({ length: count }, (_, at) => `class ${at + 1}`),
  };
  throw new CardNeeded(
    habit === undefined
      ? `its outputs are those of ${layout.name}, whose exports want their pictures in different ways: a card must say which channels, mean and scale, and the classes`
      : `it knows ${classes} classes and not the 80 of COCO: a card must name them, in the order of the model`,
    JSON.stringify(example, null, 2),
  );
}
