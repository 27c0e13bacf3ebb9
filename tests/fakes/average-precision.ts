import type { Box, Detection } from '#contracts/detection';

/** Boxes that somebody drew in one picture, and what was found in it. `crowd` boxes count for nothing. */
export interface LabelledPicture {
  readonly truth: readonly { readonly label: string; readonly box: Box; readonly crowd: boolean }[];
  readonly found: readonly Detection[];
}

const SAME = 0.5;

/** Average precision of a class at an overlap of one half, 101 points of recall as COCO has them; `undefined` without truth. */
export function averagePrecision(pictures: readonly LabelledPicture[], label: string): number | undefined {
  const all = pictures.flatMap((picture, at) =>
    picture.found.filter((one) => one.label === label).map((detection) => ({ at, detection })),
  );
  all.sort((a, b) => b.detection.score - a.detection.score);
  const truths = pictures.map(({ truth }) => truth.filter((one) => one.label === label));
  const total = truths.flat().filter(({ crowd }) => !crowd).length;
  if (total === 0) return undefined;
  const taken = new Set<unknown>();
  let [right, wrong] = [0, 0];
  const points: { recall: number; precision: number }[] = [];
  for (const { at, detection } of all) {
    const ranked = (truths[at] ?? [])
      .filter((one) => !taken.has(one))
      .map((one) => ({ one, overlap: overlap(one.box, detection.box) }))
      .filter((match) => match.overlap >= SAME)
      .sort((a, b) => Number(a.one.crowd) - Number(b.one.crowd) || b.overlap - a.overlap);
    const [best] = ranked;
    if (best?.one.crowd === true) continue;
    if (best === undefined) wrong += 1;
    else {
      taken.add(best.one);
      right += 1;
    }
    points.push({ recall: right / total, precision: right / (right + wrong) });
  }
  let sum = 0;
  for (let step = 0; step <= 100; step += 1) {
    const better = points.filter(({ recall }) => recall >= step / 100);
    sum += Math.max(0, ...better.map(({ precision }) => precision));
  }
  return sum / 101;
}

function overlap(a: Box, b: Box): number {
  const width = Math.min(a.left + a.width, b.left + b.width) - Math.max(a.left, b.left);
  const height = Math.min(a.top + a.height, b.top + b.height) - Math.max(a.top, b.top);
  if (width <= 0 || height <= 0) return 0;
  const shared = width * height;
  return shared / (a.width * a.height + b.width * b.height - shared);
}
