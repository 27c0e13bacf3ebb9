import type { Detection } from '#contracts/detection';
import type { Picture } from './model.ts';

/** Looks at pictures of all cameras. Whatever it is made of, it never holds up who gives it a picture. */
export interface Detector {
  /** What it looks with; `null` while there is none, or while it failed. */
  readonly model: DetectorModel | null;
  /**
   * What is in the picture, also what is seen hardly: a tracker goes on with it. Resolves to `null` when the picture was dropped: a newer one of this camera came, there is
   * no model, or the look failed. `urgency`: higher comes first. The picture belongs to the detector from now on.
   */
  look(cameraId: string, picture: Picture, urgency: number): Promise<readonly Detection[] | null>;
  figures(): DetectorFigures;
  close(): Promise<void>;
}

export interface DetectorModel {
  readonly name: string;
  readonly licence: string;
  readonly sha256: string;
  readonly layout: string;
  readonly classes: readonly string[];
  /** Pictures that are given to it should have this size, in pixels, or fit in it. */
  readonly width: number;
  readonly height: number;
  readonly resize: 'letterbox' | 'stretch';
}

export interface DetectorFigures {
  readonly looks: number;
  readonly dropped: number;
  readonly failed: number;
  readonly waiting: number;
  /** Time that was spent looking, ms, of all that look side by side. */
  readonly busyMs: number;
}
