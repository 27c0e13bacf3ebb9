import { networkInterfaces } from 'node:os';
import onvif from 'onvif';
import { z } from 'zod';
import { messageOf } from '#base/errors';
import type { DiscoveryCandidate } from '#contracts/camera';
import { readScopes } from './scopes.ts';
import { clean, content, element, soapBody } from './xml.ts';

/**
 * WS-Discovery: one question to all, and whoever is a camera answers. The package asks; we read what it received,
 * because it knows only the first device of an answer and guesses numbers from its texts.
 */

export type Found = Omit<DiscoveryCandidate, 'registeredAs'>;

/** ms of one question: a device answers within half a second (WS-Discovery §3.1.3), and the package cannot be stopped. */
const ROUND_MS = 2000;

const matchesSchema = element({
  ProbeMatches: element({
    ProbeMatch: z
      .array(
        element({
          EndpointReference: element({ Address: content.pipe(z.string().trim().max(256)) }),
          Scopes: z.array(content).default([]),
          XAddrs: content.default(''),
        })
          .nullable()
          .catch(null),
      )
      .default([]),
  }),
});

export interface MulticastSearch {
  readonly interfaces: readonly string[];
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** May be called several times for the same device. */
  readonly onFound: (found: Found) => void;
  /** What could not be read, and interfaces that cannot be used; costs only itself. */
  readonly onOdd: (reason: string) => void;
}

/** Resolves when the time is up; after an abort within two seconds. */
export async function searchByMulticast(search: MulticastSearch): Promise<void> {
  const { signal, onFound, onOdd } = search;
  const read = (xml: string, senderAddress: string): void => {
    if (signal.aborted) return;
    try {
      for (const found of readMatches(xml, senderAddress)) onFound(found);
    } catch (error) {
      onOdd(clean(`${senderAddress}: ${messageOf(error)}`));
    }
  };
  const heard = (_device: unknown, sender: { address: string }, xml: string): void => read(xml, sender.address);
  // Also for answers that the package cannot read and we can, such as several devices in one message: it hands over
  // the message, and the sender as the end of a sentence.
  const odd = (reason: unknown, xml?: unknown): void => {
    const [, senderAddress] = /from ([\d.]+):\d+$/.exec(String(reason)) ?? [];
    if (typeof xml === 'string' && senderAddress !== undefined) read(xml, senderAddress);
    else onOdd(clean(String(reason)));
  };
  // The package's emitter is one for the whole program: everybody hears every answer, and an `error` that nobody
  // listens to would end the process.
  onvif.Discovery.on('device', heard);
  onvif.Discovery.on('error', odd);
  try {
    const endMs = performance.now() + search.timeoutMs;
    for (let leftMs = search.timeoutMs; leftMs > 0 && !signal.aborted; leftMs = endMs - performance.now()) {
      const timeout = Math.max(1, Math.min(ROUND_MS, leftMs));
      await Promise.all(search.interfaces.map((device) => askOnce(device, timeout)));
    }
  } finally {
    onvif.Discovery.removeListener('device', heard);
    onvif.Discovery.removeListener('error', odd);
  }
}

/** The package calls back when the time is up, and for a socket that fails once more at once: the time decides. */
function askOnce(device: string, timeout: number): Promise<void> {
  return new Promise((resolve) => {
    const endMs = performance.now() + timeout;
    onvif.Discovery.probe({ device, timeout, resolve: false }, () => {
      if (performance.now() >= endMs - 5) resolve();
    });
  });
}

/** Every device in an answer. Throws for what is no answer. */
export function readMatches(xml: string, senderAddress: string): Found[] {
  return matchesSchema.parse(soapBody(xml)).ProbeMatches.ProbeMatch.flatMap((match) => {
    const url = match === null ? undefined : reachable(match.XAddrs.split(/\s+/), senderAddress);
    if (match === null || url === undefined) return [];
    const scopes = match.Scopes.flatMap((list) => list.split(/\s+/));
    const address = match.EndpointReference.Address;
    return [
      { id: address === '' ? url.href : address, deviceUrl: url.href, address: url.hostname, ...readScopes(scopes) },
    ];
  });
}

/** A device with several addresses answers from the one that reaches us. */
function reachable(told: readonly string[], senderAddress: string): URL | undefined {
  const urls = told
    .filter((one) => URL.canParse(one))
    .map((one) => new URL(one))
    .filter(({ protocol }) => protocol === 'http:' || protocol === 'https:');
  const ipv4 = urls.filter(({ hostname }) => /^[\d.]+$/.test(hostname));
  return urls.find(({ hostname }) => hostname === senderAddress) ?? ipv4[0] ?? urls[0];
}

/** Names of the interfaces with an IPv4 address, without loopback. */
export function outwardInterfaces(): string[] {
  return Object.entries(networkInterfaces()).flatMap(([name, addresses]) =>
    addresses?.some(({ family, internal }) => family === 'IPv4' && !internal) ? [name] : [],
  );
}
