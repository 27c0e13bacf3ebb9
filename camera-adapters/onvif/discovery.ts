import type { Logger } from '#base/log';
import type { DiscoveryCandidate } from '#contracts/camera';
import { expandRanges } from './address-ranges.ts';
import type { CheckAddress } from './device-address.ts';
import { outwardInterfaces, searchByMulticast } from './multicast-owner.ts';
import type { Found } from './multicast-search.ts';
import { searchByRange } from './range-search.ts';

export interface DiscoverRequest {
  /** WS-Discovery on the interfaces of this machine. */
  readonly multicast: boolean;
  /** IPv4 ranges to ask one by one: `10.0.0.0/24`, `10.0.0.5-10.0.0.60`, or one address; 4096 addresses in all. */
  readonly ranges: readonly string[];
  readonly ports: readonly number[];
  /** ms to listen for answers by multicast; addresses are asked until each has answered or let its time pass. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Called once for each device. */
  readonly onCandidate: (candidate: Omit<DiscoveryCandidate, 'registeredAs'>) => void;
  readonly onProgress: (asked: number, total: number) => void;
}

export interface DiscoveryDeps {
  readonly checkAddress: CheckAddress;
  readonly log: Logger;
  /** Network interfaces to search from; all that are up and not loopback when absent. */
  readonly interfaces?: readonly string[];
}

/** Resolves when the search is done and on abort. Rejects with `Fault` `invalid` for bad ranges. */
export type Discover = (request: DiscoverRequest) => Promise<void>;

/** Somebody who answers for a whole city, or pretends to, fills no memory. */
const MOST_CANDIDATES = 4096;

export function createDiscovery(deps: DiscoveryDeps): Discover {
  // Ranges that are none are refused at once, not in the promise: who asked still has the form before them.
  return (request) => search(request, expandRanges(request.ranges));

  async function search(request: Parameters<Discover>[0], addresses: readonly string[]): Promise<void> {
    const { signal, timeoutMs } = request;
    const seen = new Set<string>();
    const hosts = { multicast: new Set<string>(), range: new Set<string>() };
    let asked = 0;

    /** A device that answers twice is one by its identity; one that answers both ways, by host and port. */
    function found(candidate: Found, way: 'multicast' | 'range'): void {
      const { host } = new URL(candidate.deviceUrl);
      const knownByOther = hosts[way === 'range' ? 'multicast' : 'range'].has(host);
      if (signal.aborted || knownByOther || seen.has(candidate.id) || seen.size >= MOST_CANDIDATES) return;
      seen.add(candidate.id);
      hosts[way].add(host);
      request.onCandidate(candidate);
    }

    request.onProgress(0, addresses.length);
    await Promise.all([
      request.multicast &&
        searchByMulticast({
          interfaces: deps.interfaces ?? outwardInterfaces(),
          timeoutMs,
          signal,
          onFound: (candidate) => found(candidate, 'multicast'),
          onOdd: (reason) => deps.log.info({ reason }, 'an answer to the search could not be used'),
        }),
      searchByRange({
        addresses,
        ports: request.ports,
        signal,
        checkAddress: deps.checkAddress,
        onFound: (candidate) => found(candidate, 'range'),
        onAsked() {
          asked += 1;
          request.onProgress(asked, addresses.length);
        },
      }),
    ]);
  }
}
