import { z } from 'zod';

/**
 * What a program must know of a model to ask it and to understand its answer: a JSON file beside the model, of the same
 * name (`yolox-nano.onnx`, `yolox-nano.json`). What stands in the graph is not repeated here.
 */
export const modelCardSchema = z.strictObject({
  /** For people. */
  name: z.string().trim().min(1).max(80),
  licence: z.string().trim().min(1).max(80),
  /** Of the model's file. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  input: z.strictObject({
    channels: z.enum(['RGB', 'BGR']),
    /** What is added to and what divides each channel's 0…255, in the order of `channels`: (value − mean) ÷ scale. */
    mean: z.tuple([z.number(), z.number(), z.number()]).default([0, 0, 0]),
    scale: z.tuple([z.number(), z.number(), z.number()]).default([1, 1, 1]),
    /** `letterbox`: its proportions kept, at the top left, the rest filled with `padding`. */
    resize: z.enum(['letterbox', 'stretch']).default('letterbox'),
    padding: z.number().min(0).max(255).default(114),
  }),
  /** One of `layouts/`; absent: recognised by the graph. */
  layout: z.string().max(40).optional(),
  /** In the order of the model's outputs. Those that are not to be told are `null`. */
  classes: z.array(z.string().trim().min(1).max(60).nullable()).min(1).max(2000),
  /** Below it nothing is told. */
  threshold: z.number().min(0.01).max(0.99).default(0.4),
});
export type ModelCard = z.output<typeof modelCardSchema>;

/** The names that COCO gives to what its 80 classes show: what nearly all free models are taught. */
export const COCO_CLASSES: readonly string[] = (
  'person,bicycle,car,motorcycle,airplane,bus,train,truck,boat,traffic light,fire hydrant,stop sign,parking meter,' +
  'bench,bird,cat,dog,horse,sheep,cow,elephant,bear,zebra,giraffe,backpack,umbrella,handbag,tie,suitcase,frisbee,' +
  'skis,snowboard,sports ball,kite,baseball bat,baseball glove,skateboard,surfboard,tennis racket,bottle,wine glass,' +
  'cup,fork,knife,spoon,bowl,banana,apple,sandwich,orange,broccoli,carrot,hot dog,pizza,donut,cake,chair,couch,' +
  'potted plant,bed,dining table,toilet,tv,laptop,mouse,remote,keyboard,cell phone,microwave,oven,toaster,sink,' +
  'refrigerator,book,clock,vase,scissors,teddy bear,hair drier,toothbrush'
).split(',');
