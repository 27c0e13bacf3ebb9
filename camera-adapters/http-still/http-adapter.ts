import type { IncomingMessage } from 'node:http';
import { wait } from '#base/clock';
import type { CameraSource } from '#contracts/camera';
import type { FragmentSink, StillDecoder } from '#contracts/media';
import { type Adapter, type AdapterContext, type CameraCredentials, CameraFault } from '../adapter.ts';
import type { AddressGuard } from '../address-guard.ts';
import { probeStreams } from '../probe.ts';
import { createPublisher } from '../publisher.ts';
import { type CameraHttp, createCameraHttp, faultOfError } from './camera-http.ts';
import { jpegSize } from './jpeg.ts';
import { MJPEG_CODEC, MJPEG_TIMESCALE, mjpegFragment, mjpegInit } from './mjpeg-mp4.ts';
import { createMultipartReader } from './multipart.ts';

export interface HttpAdapterDeps extends AdapterContext {
  readonly guard: AddressGuard;
  readonly stills: StillDecoder;
}

type HttpSource = Extract<CameraSource, { kind: 'http' }>;

const READ_TIMEOUT_MS = 10_000;
const MOST_PICTURE_BYTES = 8 * 2 ** 20;
/** Snapshot pages of cameras fail now and then under load; this often in a row is a fault. */
const MOST_MISSES = 2;

/** Cameras that give pictures over HTTP: MJPEG without end, or one JPEG for each request. */
export function createHttpAdapter(deps: HttpAdapterDeps): Adapter {
  async function open(source: HttpSource, credentials: CameraCredentials, sink: FragmentSink, signal: AbortSignal) {
    const http = createCameraHttp({ guard: deps.guard, credentials, readTimeoutMs: READ_TIMEOUT_MS, signal });
    const show = createPictures(deps, sink, source.format === 'jpeg' ? source.intervalMs : null);
    try {
      if (source.format === 'mjpeg') await readMotion(http, source.url, show);
      else await readStills(http, source, show, signal);
    } catch (error) {
      if (signal.aborted) return;
      throw faultOfError(error);
    } finally {
      http.close();
    }
  }

  /** One still after another, `intervalMs` from start to start. */
  async function readStills(http: CameraHttp, source: HttpSource, show: Show, signal: AbortSignal): Promise<void> {
    let misses = 0;
    while (!signal.aborted) {
      const startedMs = deps.clock.monotonic();
      try {
        show(await wholeBody(await http.get(source.url)));
        misses = 0;
      } catch (error) {
        const fault = faultOfError(error);
        misses += 1;
        if (misses > MOST_MISSES || fault.kind !== 'unreachable') throw fault;
      }
      await wait(deps.clock, Math.max(0, startedMs + source.intervalMs - deps.clock.monotonic()), signal);
    }
  }

  return {
    kind: 'http',
    roles: () => ['main'],
    paceMs: (source) => (source.kind === 'http' && source.format === 'jpeg' ? source.intervalMs : 0),
    run: async ({ source, credentials, sink, signal }) => open(asHttp(source), credentials, sink, signal),
    async probe({ source, credentials, timeoutMs, signal }) {
      const http = asHttp(source);
      return probeStreams(
        deps,
        [{ role: 'main', reference: http.url, open: (sink, until) => open(http, credentials, sink, until) }],
        { timeoutMs, signal },
      );
    },
  };
}

function asHttp(source: CameraSource): HttpSource {
  if (source.kind !== 'http') throw new CameraFault('internal', `the HTTP adapter was given '${source.kind}'`);
  return source;
}

type Show = (jpeg: Uint8Array) => void;

async function readMotion(http: CameraHttp, url: string, show: Show): Promise<void> {
  const reply = await http.get(url);
  const type = reply.headers['content-type'] ?? '';
  const boundary = /\bboundary\s*=\s*(?:"([^"]{1,200})"|([^\s;"]{1,200}))/i.exec(type);
  const name = boundary?.[1] ?? boundary?.[2];
  if (!/^multipart\//i.test(type) || name === undefined) {
    reply.destroy();
    throw new CameraFault('notACamera', `the device sends '${type.slice(0, 100)}' instead of motion JPEG`);
  }
  const reader = createMultipartReader({ boundary: name, mostPartBytes: MOST_PICTURE_BYTES, onPart: show });
  for await (const chunk of reply) reader.push(asBytes(chunk));
  throw new CameraFault('ended', 'the device ended the stream');
}

async function wholeBody(reply: IncomingMessage): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of reply) {
    const bytes = asBytes(chunk);
    size += bytes.length;
    if (size > MOST_PICTURE_BYTES) {
      reply.destroy();
      throw new CameraFault('malformedStream', `a picture of more than ${MOST_PICTURE_BYTES} bytes`);
    }
    parts.push(bytes);
  }
  return Buffer.concat(parts, size);
}

function asBytes(chunk: unknown): Uint8Array {
  if (chunk instanceof Uint8Array) return chunk;
  throw new CameraFault('internal', 'a body that is not bytes');
}

/** Each JPEG becomes a fragment of its own, placed by the moment at which it came. `intervalMs`: known, or measured. */
function createPictures({ clock }: AdapterContext, sink: FragmentSink, intervalMs: number | null): Show {
  const publisher = createPublisher({
    sink,
    clock,
    declaredRate: () => (intervalMs === null ? null : 1000 / intervalMs),
    wallClockOf: () => clock.now(),
  });
  const startMs = clock.monotonic();
  let size: { readonly width: number; readonly height: number } | undefined;
  let sequence = 0;
  let lastMs: number | undefined;

  return (jpeg) => {
    const found = jpegSize(jpeg);
    if (found === null) {
      throw new CameraFault(sequence === 0 ? 'notACamera' : 'malformedStream', 'the device sends no JPEG');
    }
    if (size?.width !== found.width || size.height !== found.height) {
      size = found;
      const video = { codec: MJPEG_CODEC, ...found };
      const init = {
        video,
        audio: null,
        timescale: MJPEG_TIMESCALE,
      };
      publisher.init(init, mjpegInit(found));
    }
    const nowMs = Math.round(clock.monotonic() - startMs);
    // Decode times rise, also when two pictures come in one packet.
    const decodeTime = lastMs === undefined ? nowMs : Math.max(nowMs, lastMs + 1);
    // How long this picture stands is known only when the next one comes; the last distance is the best guess.
    const duration = intervalMs ?? Math.min(1000, lastMs === undefined ? 40 : decodeTime - lastMs);
    lastMs = decodeTime;
    sequence += 1;
    const bytes = mjpegFragment({ sequence, decodeTime, duration, jpeg });
    publisher.fragment({ decodeTime, duration, keyframe: true, samples: 1 }, bytes);
  };
}
