import type { Box } from '#contracts/detection';

/**
 * Where a box is, and where it goes: a Kalman filter with constant velocity for each of centre x, centre y, width and
 * height (Bewley et al., SORT, 2016), with time in seconds so that pictures may come at any rate.
 */
export interface Motion {
  /** As estimated. */
  readonly box: Box;
  /** Of the centre, in heights of the box for each second. */
  readonly speed: number;
}

export interface MovingBox extends Motion {
  /** Goes on by `seconds` without having been seen. */
  predict(seconds: number): void;
  correct(seen: Box): void;
  /** It stands: what is known of its velocity is forgotten. */
  rest(): void;
}

interface Axis {
  value: number;
  velocity: number;
  /** Covariance of both. */
  pp: number;
  pv: number;
  vv: number;
}

/** Standard deviations in heights of the box: of what a detector says, of a new velocity, of what changes it. */
const SEEN = 0.06;
const FIRST_VELOCITY = 1;
const ACCELERATION = 1.5;
/** A size changes less than a place. */
const SIZE_SHARE = 0.3;

export function createMovingBox(seen: Box): MovingBox {
  const axis = (value: number, velocity: number): Axis => ({
    ...{ value, velocity: 0, pp: (SEEN * seen.height) ** 2, pv: 0, vv: (velocity * seen.height) ** 2 },
  });
  const x = axis(seen.left + seen.width / 2, FIRST_VELOCITY);
  const y = axis(seen.top + seen.height / 2, FIRST_VELOCITY);
  const width = axis(seen.width, FIRST_VELOCITY * SIZE_SHARE);
  const height = axis(seen.height, FIRST_VELOCITY * SIZE_SHARE);
  const axes: readonly (readonly [Axis, number])[] = [
    [x, 1],
    [y, 1],
    [width, SIZE_SHARE],
    [height, SIZE_SHARE],
  ];

  return {
    get box() {
      const [w, h] = [Math.max(1e-4, width.value), Math.max(1e-4, height.value)];
      return { left: x.value - w / 2, top: y.value - h / 2, width: w, height: h };
    },
    get speed() {
      return Math.hypot(x.velocity, y.velocity) / Math.max(1e-4, height.value);
    },
    predict(seconds) {
      for (const [one, share] of axes) {
        const noise = (ACCELERATION * share * height.value) ** 2;
        one.value += one.velocity * seconds;
        one.pp += 2 * seconds * one.pv + seconds ** 2 * one.vv + (noise * seconds ** 3) / 3;
        one.pv += seconds * one.vv + (noise * seconds ** 2) / 2;
        one.vv += noise * seconds;
      }
    },
    correct(box) {
      const values = [box.left + box.width / 2, box.top + box.height / 2, box.width, box.height];
      const noise = (SEEN * Math.max(box.height, height.value)) ** 2;
      for (const [at, [one]] of axes.entries()) {
        const gain = one.pp / (one.pp + noise);
        const gainOfVelocity = one.pv / (one.pp + noise);
        const off = (values[at] ?? one.value) - one.value;
        one.value += gain * off;
        one.velocity += gainOfVelocity * off;
        one.vv -= gainOfVelocity * one.pv;
        one.pv *= 1 - gain;
        one.pp *= 1 - gain;
      }
    },
    rest() {
      for (const [one] of axes) one.velocity = 0;
    },
  };
}
