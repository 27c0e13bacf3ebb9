import { z } from 'zod';

/** Models that recognise objects: which are there, which one is looked with, and what is wrong with the others. */

/** Why a file cannot be looked with. The console has a sentence for each; `detail` says more, in English. */
export const MODEL_PROBLEMS = [
  /** No ONNX file, or a damaged one. */
  'notOnnx',
  /** Wants something else than one picture of a fixed size. */
  'wantsOther',
  'unknownOutputs',
  /** The graph says too little: a card is needed. */
  'noCard',
  /** There is a card and it is wrong. */
  'badCard',
  /** The card belongs to another file. */
  'wrongHash',
  /** On the test picture it gave numbers that are none, or too few. */
  'badNumbers',
  'tooMuchMemory',
  'tooSlow',
  'crashed',
  /** None of the execution providers works with it. */
  'noProvider',
  /** The file is gone. */
  'missing',
] as const;
export type ModelProblem = (typeof MODEL_PROBLEMS)[number];

/** What was measured on the test picture. */
export interface ModelFacts {
  /** For people: from the card, else the name of the file. */
  readonly title: string;
  /** `null`: nobody said. */
  readonly licence: string | null;
  readonly sha256: string;
  readonly layout: string;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** Those that are told, in the model's order. */
  readonly classes: readonly string[];
  /** Below it nothing is told. */
  readonly threshold: number;
  /** From its own card, or recognised by the graph. */
  readonly card: 'own' | 'recognised';
  /** Median for one picture in one thread, ms; on the processor those of its time, whatever else runs. */
  readonly msPerLook: number;
  /** The execution provider that it ran with: `cpu`, `cuda` … */
  readonly provider: string;
}

export type ModelCheck =
  | { readonly good: true; readonly checkedMs: number; readonly facts: ModelFacts }
  | {
      readonly good: false;
      readonly checkedMs: number;
      readonly problem: ModelProblem;
      /** English, for administrators. */
      readonly detail: string;
      /** A card to begin with, as JSON, where one is needed. */
      readonly cardExample: string | null;
    };

/** A file in the folder of models. */
export interface ModelFileView {
  /** Of the file, without `.onnx`. */
  readonly name: string;
  readonly bytes: number;
  readonly changedMs: number;
  readonly hasCard: boolean;
  readonly state: 'unchecked' | 'waiting' | 'checking' | 'checked';
  /** Of the file as it is now. */
  readonly check: ModelCheck | null;
  /** It is looked with. */
  readonly active: boolean;
  /** A person chose it; it may have failed since. */
  readonly chosen: boolean;
}

/**
 * Why objects are not recognised: `starting` for a moment; `none`, there is no model; `notChosen`, there are some and none is
 * chosen; `unusable`, the chosen one failed.
 */
export const NO_MODEL_REASONS = ['starting', 'none', 'notChosen', 'unusable'] as const;
export type NoModelReason = (typeof NO_MODEL_REASONS)[number];

/** For everybody who sets up what is recognised. */
export interface ActiveModel {
  readonly model: { readonly name: string; readonly title: string; readonly classes: readonly string[] } | null;
  /** `null` while there is a model. */
  readonly reason: NoModelReason | null;
}

export interface ModelList extends ActiveModel {
  readonly files: readonly ModelFileView[];
  /** On the server's disk. */
  readonly folder: string;
  /** Execution providers as configured, the best first, and what hinders them. */
  readonly providers: readonly { readonly name: string; readonly fault: string | null }[];
  readonly figures: {
    readonly looks: number;
    readonly dropped: number;
    readonly failed: number;
    readonly waiting: number;
    /** Time that the threads spent looking, ms. */
    readonly busyMs: number;
    readonly threads: number;
  };
  readonly mostUploadBytes: number;
}

/** A file name without folders, spaces at its ends or anything that a shell or a terminal minds. */
export const modelNameSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$/, 'letters, digits, dots, dashes and underscores, at most 80')
  .refine((name) => !/\.(onnx|json|part)$/i.test(name), 'without .onnx');

export const modelUploadSchema = z.object({ name: modelNameSchema });
/** A card as a person wrote it; its content is judged with the model. */
export const modelCardInputSchema = z.object({ card: z.string().max(100_000) });
export const MOST_MODEL_BYTES = 500 * 2 ** 20;

export interface ModelUpload {
  /** `null`: nobody can use it, so it was not kept. */
  readonly file: ModelFileView | null;
  readonly check: ModelCheck;
}
