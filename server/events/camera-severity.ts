import type { CameraClass } from '#contracts/camera';
import type { Severity } from '#contracts/events';

/** How bad it is that a camera shows nothing of use. */
export const CAMERA_SEVERITY: Readonly<Record<CameraClass, Severity>> = {
  critical: 'severe',
  high: 'moderate',
  normal: 'minor',
  low: 'minor',
};
