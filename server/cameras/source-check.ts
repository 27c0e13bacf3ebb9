import { Fault, messageOf } from '#base/errors';
import type { CameraSource } from '#contracts/camera';
import type { FieldFault } from '#contracts/http';
import type { AddressGuard } from './interfaces.ts';
import { addressesOf, SCHEMES, type SplitSource, splitSource } from './source-address.ts';

/**
 * A source as it may be stored: addresses allowed, login apart. A name that has no address now is let through: the
 * camera may be on tomorrow, and each dial checks again. Throws `Fault` `invalid` that names the fields.
 */
export async function checkSource(
  given: CameraSource,
  guard: AddressGuard,
  signal?: AbortSignal,
): Promise<SplitSource> {
  const split = splitSource(given);
  const faults: FieldFault[] = [];
  for (const { path, url } of addressesOf(split.source)) {
    try {
      await guard.check(url, SCHEMES[split.source.kind], signal);
    } catch (error) {
      if (!isRefusal(error)) continue;
      faults.push({ path, code: 'refusedAddress', message: messageOf(error) });
    }
  }
  if (faults.length > 0) {
    throw new Fault('invalid', 'camera.refusedAddress', faults[0]?.message ?? 'refused address', { fields: faults });
  }
  return split;
}

function isRefusal(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'kind' in error && error.kind === 'refusedAddress';
}
