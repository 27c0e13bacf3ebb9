import type { Detection } from '#contracts/detection';
import { layoutFor } from './layouts/index.ts';
import type { Answer, Candidate, GraphShape, Layout } from './layouts/layout.ts';
import type { ModelCard } from './model-card.ts';
import { kinOfClasses, suppress } from './suppress.ts';

/** A small picture to look at: three bytes a pixel, red first, rows without gaps. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

/** A model as its card and its graph describe it: pictures to numbers, numbers to detections. Pure. */
export interface Model {
  readonly card: ModelCard;
  readonly width: number;
  readonly height: number;
  readonly layout: Layout;
  /** Floats that one picture takes. */
  readonly inputLength: number;
  /**
   * Writes a picture as the model wants it (NCHW) to `input` from `offset` on. It must not be larger than the model's
   * input; for a model that stretches it must have exactly its size.
   */
  prepare(picture: Picture, input: Float32Array, offset: number): void;
  /** What was seen in picture `at` of the batch; places are fractions of `picture`. Best first. */
  read(
    data: ReadonlyMap<string, Float32Array>,
    at: number,
    picture: Pick<Picture, 'width' | 'height'>,
    threshold?: number,
  ): Detection[];
}

/** Throws with a sentence for an administrator when card and graph do not fit each other. */
export function createModel(card: ModelCard, graph: GraphShape): Model {
  const layout = layoutFor(graph, card.layout);
  const { width, height } = graph;
  const plane = width * height;
  const kinOf = kinOfClasses(card.classes);
  const tables = tablesOf(card);
  const padding = tables.map((table) => table[Math.round(card.input.padding)] ?? 0);

  return {
    card,
    width,
    height,
    layout,
    inputLength: 3 * plane,
    prepare(picture, input, offset) {
      if (picture.width > width || picture.height > height) {
        throw new RangeError(`a picture of ${picture.width}×${picture.height} does not fit in ${width}×${height}`);
      }
      for (const [channel, table] of tables.entries()) {
        const source = card.input.channels === 'RGB' ? channel : 2 - channel;
        const to = offset + channel * plane;
        if (picture.width < width || picture.height < height) input.fill(padding[channel] ?? 0, to, to + plane);
        for (let y = 0; y < picture.height; y += 1) {
          let from = y * picture.width * 3 + source;
          const row = to + y * width;
          for (let x = 0; x < picture.width; x += 1, from += 3) {
            input[row + x] = table[picture.pixels[from] ?? 0] ?? 0;
          }
        }
      }
    },
    read(data, at, picture, threshold = card.threshold) {
      const answer: Answer = { ...graph, data, classes: card.classes.length };
      const all = layout.read(answer, at, threshold);
      const known = all.filter(({ classIndex }) => typeof card.classes[classIndex] === 'string');
      const kept = layout.suppress ? suppress(known, kinOf) : known.sort((a, b) => b.score - a.score);
      // A model that stretches has been given a picture of exactly its size.
      return kept.flatMap((candidate) => detectionOf(candidate, card, picture));
    },
  };
}

/** For each channel in the model's order what each of the 256 values becomes. */
function tablesOf({ input }: ModelCard): readonly Float32Array[] {
  return input.mean.map((mean, channel) =>
    Float32Array.from({ length: 256 }, (_, value) => (value - mean) / (input.scale[channel] ?? 1)),
  );
}

function detectionOf(
  candidate: Candidate,
  card: ModelCard,
  picture: Pick<Picture, 'width' | 'height'>,
): readonly Detection[] {
  const label = card.classes[candidate.classIndex];
  const left = Math.max(0, candidate.left / picture.width);
  const top = Math.max(0, candidate.top / picture.height);
  const width = Math.min(1, candidate.right / picture.width) - left;
  const height = Math.min(1, candidate.bottom / picture.height) - top;
  if (typeof label !== 'string' || !(width > 0) || !(height > 0)) return [];
  return [{ label, score: candidate.score, box: { left, top, width, height } }];
}
