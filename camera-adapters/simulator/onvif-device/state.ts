/** What is true of a simulated device while it runs, and what its services need to know of it. */
export interface OnvifDeviceOptions {
  /** Interface to listen on. */
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly username: string;
  readonly password: string;
  /** How far its clock is ahead of ours; tokens are judged by its clock. */
  readonly clockSkewMs?: number;
  readonly profiles: readonly OnvifProfile[];
  /** JPEG of now. */
  snapshot(): Promise<Uint8Array>;
  readonly name?: string;
  /** Answers to WS-Discovery by multicast on this interface's address; without it, it cannot be discovered. */
  readonly discoveryInterface?: string;
}

export interface OnvifProfile {
  readonly token: string;
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly codec: 'h264' | 'h265';
  readonly rtspUrl: string;
}

export interface PtzState {
  readonly pan: number;
  readonly tilt: number;
  readonly zoom: number;
  readonly moving: boolean;
  /** Token of the preset that it was sent to last, until it moves. */
  readonly preset: string | null;
}

export interface DeviceFacts extends OnvifDeviceOptions {
  /** For example `http://127.0.0.1:8080`. */
  readonly base: string;
  /** EndpointReference of WS-Discovery. */
  readonly endpoint: string;
  /** ms since 1970 by the device's own clock. */
  nowMs(): number;
}

/** Two presets bear one name, as some devices let happen; the tokens differ and look like numbers. */
export const PRESETS = [
  { token: '1', name: 'Gate', pan: -0.5, tilt: 0.1, zoom: 0 },
  { token: '02', name: 'Gate', pan: 0.5, tilt: 0.2, zoom: 0.4 },
] as const;

export interface Head {
  state(): PtzState;
  move(velocity: { pan: number; tilt: number; zoom: number }, timeoutMs: number): void;
  halt(): void;
  /** False when there is no such preset. */
  goTo(token: string): boolean;
}

/** The motors: a whole way takes 4 s at full speed, and a move ends by itself after its time-out. */
export function createHead(now: () => number): Head {
  let [pan, tilt, zoom] = [0, 0, 0];
  let preset: string | null = null;
  let motion: { velocity: { pan: number; tilt: number; zoom: number }; sinceMs: number; untilMs: number } | undefined;

  function settle(): void {
    if (motion === undefined) return;
    const at = Math.min(now(), motion.untilMs);
    const seconds = (at - motion.sinceMs) / 1000;
    pan = within(pan + (motion.velocity.pan * seconds) / 2, -1, 1);
    tilt = within(tilt + (motion.velocity.tilt * seconds) / 2, -1, 1);
    zoom = within(zoom + (motion.velocity.zoom * seconds) / 4, 0, 1);
    motion = at === motion.untilMs ? undefined : { ...motion, sinceMs: at };
  }

  return {
    state() {
      settle();
      return { pan, tilt, zoom, moving: motion !== undefined, preset };
    },
    move(velocity, timeoutMs) {
      settle();
      preset = null;
      motion = { velocity, sinceMs: now(), untilMs: now() + timeoutMs };
    },
    halt() {
      settle();
      motion = undefined;
    },
    goTo(token) {
      const found = PRESETS.find((one) => one.token === token);
      if (found === undefined) return false;
      motion = undefined;
      ({ pan, tilt, zoom } = found);
      preset = token;
      return true;
    },
  };
}

const within = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value));
