import type { Clock } from '#base/clock';
import type { Logger } from '#base/log';
import type { DiscoveryCandidate } from '#contracts/camera';
import type { CheckAddress } from './device-address.ts';

export interface DiscoverRequest {
  /** WS-Discovery on the interfaces of this machine. */
  readonly multicast: boolean;
  /** IPv4 ranges to ask one by one: `10.0.0.0/24`, `10.0.0.5-10.0.0.60`, or one address; 4096 addresses in all. */
  readonly ranges: readonly string[];
  readonly ports: readonly number[];
  /** ms; the search ends within it. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Called once for each device. */
  readonly onCandidate: (candidate: Omit<DiscoveryCandidate, 'registeredAs'>) => void;
  readonly onProgress: (asked: number, total: number) => void;
}

export interface DiscoveryDeps {
  readonly checkAddress: CheckAddress;
  readonly clock: Clock;
  readonly log: Logger;
  /** Network interfaces to probe from; all that are up and not loopback when absent. */
  readonly interfaces?: readonly string[];
}

/** Resolves when the search is done, when its time is up, and on abort. Rejects with `Fault` `invalid` for bad ranges. */
export type Discover = (request: DiscoverRequest) => Promise<void>;

export declare function createDiscovery(deps: DiscoveryDeps): Discover;
