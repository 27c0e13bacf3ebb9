import { detr } from './detr.ts';
import { fastestdet } from './fastestdet.ts';
import type { GraphShape, Layout } from './layout.ts';
import { nanodet } from './nanodet.ts';
import { ssd } from './ssd.ts';
import { yoloColumns } from './yolo-columns.ts';
import { yolox } from './yolox.ts';

/** All that are known. The first that fits is taken where the card names none. */
const LAYOUTS: readonly Layout[] = [yolox, detr, ssd, nanodet, fastestdet, yoloColumns];

/** Throws with a sentence for an administrator when there is none. */
export function layoutFor(graph: GraphShape, name: string | undefined): Layout {
  const layout = LAYOUTS.find((one) => (name === undefined || one.name === name) && one.fits(graph));
  if (layout !== undefined) return layout;
  const outputs = graph.outputs.map((output) => `${output.name} [${output.dims.join(', ')}]`).join(', ');
  const known = LAYOUTS.map((one) => one.name).join(', ');
  throw new Error(
    name === undefined
      ? `the model's outputs are not understood: ${outputs}; known are ${known}`
      : `the card says ${name}, and the model's outputs are not that: ${outputs}; known are ${known}`,
  );
}
