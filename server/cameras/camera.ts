import type { CameraClass, CameraSource, DeviceClock, Place } from '#contracts/camera';

/** A camera as the register keeps it. */
export interface Camera {
  readonly id: string;
  readonly number: number;
  readonly name: string;
  readonly groupId: string | null;
  readonly class: CameraClass;
  readonly place: Place | null;
  readonly purpose: string;
  readonly notice: string;
  /** Number of its certificate of conformity; empty where none is known. */
  readonly certificate: string;
  readonly enabled: boolean;
  readonly mainStream: 'always' | 'onDemand';
  /** Without password, and without user-info in its addresses. */
  readonly source: CameraSource;
  /** The camera's password, or the key of one that publishes to us; sealed by the secret box. */
  readonly sealedSecret: Uint8Array | null;
  readonly demo: boolean;
  readonly facts: DeviceFacts;
  /** `null` until the device was asked for its time. */
  readonly clock: DeviceClock | null;
  readonly createdMs: number;
  readonly version: number;
}

/** What the device says of itself; empty where it has not said anything yet. */
export interface DeviceFacts {
  readonly make: string;
  readonly model: string;
  readonly firmware: string;
  readonly canPtz: boolean;
}
export const NO_FACTS: DeviceFacts = { make: '', model: '', firmware: '', canPtz: false };

/** The user name of a source; empty for kinds without one. */
export function usernameOf(source: CameraSource): string {
  return 'username' in source ? source.username : '';
}
