import { z } from 'zod';
import { CameraFault } from '../adapter.ts';
import type { CheckAddress } from './device-address.ts';
import { httpCall } from './http-call.ts';
import { type Ask, unheard, write } from './messages.ts';
import type { Found } from './multicast-search.ts';
import { readScopes } from './scopes.ts';
import { content, element, soapBody } from './xml.ts';

/** Asks address after address for the time, which every ONVIF device tells without a login. */

export interface RangeSearch {
  readonly addresses: readonly string[];
  readonly ports: readonly number[];
  readonly signal: AbortSignal;
  readonly checkAddress: CheckAddress;
  readonly onFound: (found: Found) => void;
  /** Called after each address. */
  readonly onAsked: () => void;
}

/** Open calls at a time: 254 addresses with three ports that do not answer take 8 s, 4096 about two minutes. */
const CALLS_AT_ONCE = 192;
/** ms for one address and port; a device on the same campus answers within 200. */
const ASK_MS = 2000;
const REPLY_BYTES = 64 * 1024;

const scopesSchema = element({
  GetScopesResponse: element({ Scopes: z.array(element({ ScopeItem: content }).nullable().catch(null)).default([]) }),
});

/** Resolves when all were asked, however long that takes, and on abort. */
export async function searchByRange(search: RangeSearch): Promise<void> {
  const { signal } = search;
  const queue = search.addresses.values();
  const work = async (): Promise<void> => {
    for (const address of queue) {
      if (signal.aborted) return;
      await Promise.all(
        search.ports.map(async (port) => {
          const found = await ask(search.checkAddress, address, port, signal);
          if (found !== null) search.onFound(found);
        }),
      );
      search.onAsked();
    }
  };
  const atOnce = Math.max(1, Math.floor(CALLS_AT_ONCE / search.ports.length));
  await Promise.all(Array.from({ length: Math.min(atOnce, search.addresses.length) }, work));
}

async function ask(
  checkAddress: CheckAddress,
  address: string,
  port: number,
  signal: AbortSignal,
): Promise<Found | null> {
  const url = new URL(`http://${address}:${port}/onvif/device_service`);
  try {
    const checked = await checkAddress(url.href, ['http:'], signal);
    const send = async (request: Ask) => {
      const { xml, action } = write(request, { login: null, deviceNowMs: 0 });
      const reply = await httpCall({
        url,
        address: checked.address,
        method: 'POST',
        headers: {
          'content-type': `application/soap+xml; charset=utf-8; action="${action}"`,
          'content-length': String(Buffer.byteLength(xml)),
        },
        body: xml,
        timeoutMs: ASK_MS,
        maxBytes: REPLY_BYTES,
        signal,
      });
      return soapBody(reply.body.toString('utf8'));
    };
    const clock = await send((cam) => cam.getSystemDateAndTime(unheard));
    // A device that wants a login even for the time says so in SOAP: it is one all the same.
    if (clock.GetSystemDateAndTimeResponse === undefined && clock.Fault === undefined) return null;
    const scopes = await send((cam) => cam.getScopes(unheard)).then(
      (body) => scopesSchema.safeParse(body).data?.GetScopesResponse.Scopes ?? [],
      () => [],
    );
    return { id: url.href, deviceUrl: url.href, address, ...readScopes(scopes.map((scope) => scope?.ScopeItem ?? '')) };
  } catch (error) {
    if (error instanceof CameraFault || signal.aborted) return null;
    throw error;
  }
}
