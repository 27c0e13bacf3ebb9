import type { CameraSource } from '#contracts/camera';
import type { StillDecoder, StreamRole } from '#contracts/media';
import { type Adapter, type AdapterContext, type CameraCredentials, CameraFault } from '../adapter.ts';
import type { AddressGuard } from '../address-guard.ts';
import type { Ingest } from '../ffmpeg/ingest.ts';
import { probeStreams } from '../probe.ts';

export interface RtspAdapterDeps extends AdapterContext {
  readonly ingest: Ingest;
  readonly guard: AddressGuard;
  readonly stills: StillDecoder;
}

const SCHEMES = ['rtsp', 'rtsps'];
/** FFmpeg keeps user and password, percent-encoded and with their colon, in 128 bytes; what is longer it cuts off. */
const LONGEST_LOGIN = 127;

type RtspSource = Extract<CameraSource, { kind: 'rtsp' }>;

/** Cameras that speak RTSP, read by FFmpeg. */
export function createRtspAdapter(deps: RtspAdapterDeps): Adapter {
  const { ingest, guard } = deps;

  async function open(
    source: RtspSource,
    role: StreamRole,
    credentials: CameraCredentials,
    request: Omit<Parameters<Ingest['run']>[0], 'input'>,
  ): Promise<void> {
    const url = role === 'sub' ? source.subUrl : source.mainUrl;
    if (url === null) throw new CameraFault('internal', 'this camera has no sub-stream');
    const checked = await guard.check(url, SCHEMES, request.signal).catch((error: unknown) => {
      if (request.signal.aborted) return null;
      throw error;
    });
    if (checked === null || request.signal.aborted) return;
    const { username, password } = checked.username === '' ? credentials : checked;
    await ingest.run({
      ...request,
      input: { kind: 'rtsp', url: withLogin(checked.pinnedUrl, username, password), transport: source.transport },
    });
  }

  return {
    kind: 'rtsp',
    roles: (source) => (asRtsp(source).subUrl === null ? ['main'] : ['main', 'sub']),
    run: ({ cameraId, role, source, credentials, sink, signal }) =>
      open(asRtsp(source), role, credentials, { name: `${cameraId}/${role}`, sink, signal }),
    async probe({ source, credentials, timeoutMs, signal }) {
      const rtsp = asRtsp(source);
      const streams = [
        { role: 'main' as const, reference: rtsp.mainUrl },
        ...(rtsp.subUrl === null ? [] : [{ role: 'sub' as const, reference: rtsp.subUrl }]),
      ];
      return probeStreams(
        deps,
        streams.map(({ role, reference }) => ({
          role,
          reference: withoutLogin(reference),
          open: (sink, until) => open(rtsp, role, credentials, { name: null, sink, signal: until }),
        })),
        { timeoutMs, signal },
      );
    },
  };
}

function asRtsp(source: CameraSource): RtspSource {
  if (source.kind !== 'rtsp') throw new CameraFault('internal', `the RTSP adapter was given '${source.kind}'`);
  return source;
}

function withLogin(url: string, username: string, password: string): string {
  if (username === '' && password === '') return url;
  const login = `${encodeURIComponent(username)}:${encodeURIComponent(password)}`;
  if (login.length > LONGEST_LOGIN) {
    throw new CameraFault('unauthorised', 'user name and password are too long for RTSP through FFmpeg');
  }
  return url.replace('://', `://${login}@`);
}

function withoutLogin(url: string): string {
  const parsed = URL.parse(url);
  if (parsed === null) return '';
  parsed.username = '';
  parsed.password = '';
  return parsed.href;
}
