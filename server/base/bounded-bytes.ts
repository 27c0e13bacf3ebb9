import { Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { Fault } from './errors.ts';

/**
 * A body from outside, unpacked where it is packed, and never more of it than `mostBytes`: a few kilobytes of zeros unpack
 * to gigabytes. `encoding`: its `Content-Encoding`. Throws `Fault`: `tooLarge`, or `invalid` for what cannot be unpacked.
 */
export async function boundedBytes(
  body: AsyncIterable<Uint8Array>,
  mostBytes: number,
  encoding: string | undefined,
): Promise<Uint8Array> {
  const packing = (encoding ?? '').trim().toLowerCase();
  if (packing === '' || packing === 'identity') return collected(body, mostBytes);
  const unpack =
    packing === 'gzip' || packing === 'x-gzip'
      ? createGunzip()
      : packing === 'br'
        ? createBrotliDecompress()
        : packing === 'deflate'
          ? createInflate()
          : undefined;
  if (unpack === undefined) throw new Fault('invalid', 'request.packing', `${packing} is not unpacked here`);
  const source = Readable.from(body);
  source.once('error', (error) => unpack.destroy(error));
  try {
    return await collected(source.pipe(unpack), mostBytes);
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw new Fault('invalid', 'request.packing', 'the body cannot be unpacked', { cause: error });
  } finally {
    source.destroy();
    unpack.destroy();
  }
}

async function collected(body: AsyncIterable<Uint8Array>, mostBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let sum = 0;
  for await (const chunk of body) {
    sum += chunk.byteLength;
    if (sum > mostBytes) throw new Fault('tooLarge', 'request.tooLarge', `more than ${mostBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, sum);
}
