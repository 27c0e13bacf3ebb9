import { z } from 'zod';
import { modelCardSchema } from '../detectors/model-card.ts';

/** What the process that checks a model is asked, as one line on its standard input, and what it says, line by line. */
export const checkJobSchema = z.object({
  path: z.string(),
  /** Of the file, without its ending. */
  name: z.string(),
  sha256: z.string(),
  /** `null`: to be recognised. */
  card: modelCardSchema.nullable(),
  /** The execution provider of ONNX Runtime. */
  provider: z.string(),
});
export type CheckJob = z.output<typeof checkJobSchema>;

const CHECK_STAGES = ['loading', 'looking'] as const;
export const checkAnswerSchema = z.discriminatedUnion('kind', [
  /** It goes on; what ends it now ends it there. */
  z.object({ kind: z.literal('stage'), stage: z.enum(CHECK_STAGES) }),
  z.object({
    kind: z.literal('good'),
    card: modelCardSchema,
    recognised: z.boolean(),
    layout: z.string(),
    width: z.number(),
    height: z.number(),
    msPerLook: z.number(),
  }),
  z.object({
    kind: z.literal('bad'),
    problem: z.enum([
      ...['notOnnx', 'wantsOther', 'unknownOutputs', 'noCard', 'badCard', 'badNumbers', 'tooMuchMemory'],
      'noProvider',
    ] as const),
    detail: z.string(),
    cardExample: z.string().nullable(),
  }),
]);
export type CheckAnswer = z.output<typeof checkAnswerSchema>;
