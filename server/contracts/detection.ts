/** What is seen in a picture. Places are fractions of the picture: 0 is left or top, 1 right or bottom. */

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface Detection {
  /** A class of the model, as its card names it. */
  readonly label: string;
  /** 0 to 1. */
  readonly score: number;
  readonly box: Box;
}
