import { z } from 'zod';

/** Looking after the cameras' pictures: is it frozen, black, covered, blurred, turned away? */
export const analyticsSection = z.strictObject({
  looksPerSecond: z.coerce
    .number()
    .min(0)
    .max(100)
    .default(4)
    .describe('Most looks at pictures each second, over all cameras; 0 looks at none.'),
  lookEverySeconds: z.coerce
    .number()
    .min(1)
    .max(3600)
    .default(10)
    .describe('Least seconds between two looks at the same camera.'),
  decoderMsPerSecond: z.coerce
    .number()
    .min(1)
    .max(1000)
    .default(200)
    .describe('ms that decoding for these looks may take in each second; what has no room is looked at later.'),
  pictureMegabytes: z.coerce
    .number()
    .min(1)
    .max(1_000_000)
    .default(512)
    .describe('MiB of pictures that are kept with events; the oldest go.'),
  providers: z
    .array(z.enum(['cpu', 'cuda', 'tensorrt', 'webgpu', 'openvino', 'coreml', 'dml']))
    .default(['cpu'])
    .describe(
      'What objects are recognised with, the best first: execution providers of ONNX Runtime. One that is not there is passed over; the processor (cpu) is always the last.',
    ),
});
