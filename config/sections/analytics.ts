import { z } from 'zod';

/** Looking at what the cameras show: is the picture well, and what happens in it? */
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
  framesPerSecond: z.coerce
    .number()
    .min(0.2)
    .max(15)
    .default(5)
    .describe('Most pictures of a watched camera that are looked at each second, while something happens there.'),
  heartbeatSeconds: z.coerce
    .number()
    .min(1)
    .max(3600)
    .default(15)
    .describe('Seconds after which objects are looked for in the whole picture, though nothing moves.'),
  decode: z
    .enum(['whatMoves', 'everything'])
    .default('whatMoves')
    .describe('Which pictures of watched cameras are decoded; everything costs many times as much.'),
  providers: z
    .array(z.enum(['cpu', 'cuda', 'tensorrt', 'webgpu', 'openvino', 'coreml', 'dml']))
    .default(['cpu'])
    .describe(
      'What objects are recognised with, the best first: execution providers of ONNX Runtime. Of those for graphics cards, webgpu needs a driver with Vulkan and its loader (libvulkan1; Linux on x86-64); cuda and tensorrt need files that npm does not bring. One that does not work is passed over, and the console says so; the processor (cpu) is always the last.',
    ),
  detectorThreads: z.coerce
    .number()
    .int()
    .min(0)
    .max(64)
    .default(0)
    .describe(
      'Threads that recognise objects, or processes with a graphics card, of which there are four at most; 0: one for each processor core but one.',
    ),
});
