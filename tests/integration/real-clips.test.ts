import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ruleSchema } from '#contracts/rules';
import type { OnnxModel } from '../../analytics/detectors/onnx-model.ts';
import { EXPECTED, type ExpectedOfRule } from '../clips/expected-events.ts';
import { loadYolox, watchClip } from '../clips/watch-clip.ts';
import { material } from '../material.ts';

/** The whole way from a picture to what a rule tells, with a real model on real pictures, against what people saw. */
const FRAMES_PER_SECOND = 4;
const MODEL = 'yolox_nano_416';
const modelPath = material(`models/${MODEL}.onnx`);

let model: OnnxModel | undefined;
beforeAll(async () => {
  if (modelPath !== undefined) model = await loadYolox(modelPath);
});
afterAll(() => model?.close());

describe.each(EXPECTED)('$clip: $about', ({ clip, rules: expected }) => {
  const path = material(`clips/${clip}.mp4`);

  it.skipIf(path === undefined || modelPath === undefined)(
    'is told as it happens',
    async () => {
      if (model === undefined) throw new Error('there is no model');
      const rules = expected.map(({ rule }, at) =>
        ruleSchema.parse({ ...rule, id: String(at), name: rule.kind, enabled: true }),
      );
      const { told, pictures, looks } = await watchClip(path ?? '', {
        model,
        rules,
        framesPerSecond: FRAMES_PER_SECOND,
      });
      const lines = [`${clip}, ${MODEL}, ${pictures} pictures, ${looks} looked at`];
      const failures: string[] = [];
      for (const [at, one] of expected.entries()) {
        const moments = told.filter(({ ruleId }) => ruleId === String(at)).map(({ atSeconds }) => atSeconds);
        const { precision, recall, delays, strays } = compare(one, moments);
        const delay =
          delays.length === 0 ? '' : `, delay ${mean(delays).toFixed(2)} s (most ${Math.max(...delays).toFixed(2)})`;
        const said = `${one.rule.kind}: ${moments.length} told of ${one.happens.length}, precision ${percent(precision)}, recall ${percent(recall)}${delay}`;
        lines.push(`  ${said}${strays.length === 0 ? '' : `; not expected at ${strays.join(', ')} s`}`);
        const isWrong =
          precision < one.precision || recall < one.recall || moments.length > (one.most ?? Number.POSITIVE_INFINITY);
        if (isWrong) failures.push(`${said}: told at ${moments.join(', ')}`);
      }
      process.stdout.write(`${lines.join('\n')}\n`);
      expect(failures).toEqual([]);
    },
    240_000,
  );
});

/** Pairs what is told with what happens, each once, in the order of time. */
function compare({ happens, within }: ExpectedOfRule, told: readonly number[]) {
  const open = [...happens];
  const delays: number[] = [];
  const strays: number[] = [];
  for (const moment of told) {
    const at = open.findIndex((happened) => moment >= happened - within / 2 && moment <= happened + within);
    const [happened] = at < 0 ? [] : open.splice(at, 1);
    if (happened === undefined) strays.push(moment);
    else delays.push(moment - happened);
  }
  return {
    precision: told.length === 0 ? 1 : delays.length / told.length,
    recall: happens.length === 0 ? 1 : delays.length / happens.length,
    ...{ delays, strays },
  };
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const percent = (share: number): string => `${Math.round(share * 100)} %`;
