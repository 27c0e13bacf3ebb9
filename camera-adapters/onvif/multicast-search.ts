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

/** ms from question to question: a device answers within half a second (WS-Discovery §3.1.3). */
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
  /** May be called several times for the same device. */
  readonly onFound: (found: Found) => void;
  /** What could not be read, and interfaces that cannot be used; costs only itself. */
  readonly onOdd: (reason: string) => void;
}

/** Asks again and again; never resolves. Runs in `multicast-process.ts`, which is ended from outside. */
export async function searchForEver(search: MulticastSearch): Promise<never> {
  const { onFound, onOdd } = search;
  const read = (xml: string, senderAddress: string): void => {
    try {
      for (const found of readMatches(xml, senderAddress)) onFound(found);
    } catch (error) {
      onOdd(clean(`${senderAddress}: ${messageOf(error)}`));
    }
  };
  onvif.Discovery.on('device', (_device: unknown, sender: { address: string }, xml: string) =>
    read(xml, sender.address),
  );
  // Without a listener it would end the process. It also comes for answers that the package cannot read and we can,
  // such as several devices in one message: it hands over the message, and the sender as the end of a sentence.
  onvif.Discovery.on('error', (reason: unknown, xml?: unknown) => {
    const [, senderAddress] = /from ([\d.]+):\d+$/.exec(String(reason)) ?? [];
    if (typeof xml === 'string' && senderAddress !== undefined) read(xml, senderAddress);
    else onOdd(clean(String(reason)));
  });
  for (;;) await Promise.all(search.interfaces.map(askOnce));
}

/** The package calls back when the time is up, and for a socket that fails once more before: the time decides. */
function askOnce(device: string): Promise<void> {
  const endMs = performance.now() + ROUND_MS;
  return new Promise((resolve) => {
    onvif.Discovery.probe({ device, timeout: ROUND_MS, resolve: false }, () => {
      if (performance.now() >= endMs - 10) resolve();
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
