import type { CameraFaultKind, CameraSource, StreamWay } from '#contracts/camera';
import type { FragmentSink, StillDecoder, StreamRole } from '#contracts/media';
import type { CamerasConfig } from '../../config/schema.ts';
import { type Adapter, type AdapterContext, type CameraCredentials, CameraFault, type RunRequest } from '../adapter.ts';
import type { AddressGuard, CheckedAddress } from '../address-guard.ts';
import type { Ingest } from '../ffmpeg/ingest.ts';
import { probeStreams } from '../probe.ts';
import { type DirectIngest, GivenUp, StreamNotForUs } from './direct-ingest.ts';
import { NotForUs } from './rtsp-client.ts';
import { createWayMemory } from './way-memory.ts';

export interface RtspAdapterDeps extends AdapterContext {
  /** Our own client, by which streams come in. */
  readonly direct: DirectIngest;
  /** FFmpeg, for what that does not know. */
  readonly ingest: Ingest;
  readonly guard: AddressGuard;
  readonly stills: StillDecoder;
  readonly config: Pick<CamerasConfig, 'rtsp' | 'g711'>;
}

const SCHEMES = ['rtsp', 'rtsps'];
/** FFmpeg keeps user and password, percent-encoded and with their colon, in 128 bytes; what is longer it cuts off. */
const LONGEST_LOGIN = 127;
/** What is wrong may be our own understanding of the stream: FFmpeg has seen more cameras. */
const MISUNDERSTOOD: ReadonlySet<CameraFaultKind> = new Set(['malformedStream', 'unsupportedCodec', 'internal']);
const DIRECT: StreamWay = { by: 'direct', reason: null, what: '' };
const BY_SETTING: StreamWay = { by: 'ffmpeg', reason: 'setting', what: '' };

type RtspSource = Extract<CameraSource, { kind: 'rtsp' }>;

interface Opening extends Pick<RunRequest, 'sink' | 'signal' | 'credentials' | 'onWay' | 'onClock' | 'onSkipped'> {
  readonly role: StreamRole;
  /** `null` for a stream that is only tried. */
  readonly name: string | null;
}

/** What is dialled: an address that was checked, and who we are there. */
interface Dial extends Opening {
  readonly checked: CheckedAddress;
  readonly transport: 'tcp' | 'udp';
}

/** Cameras that speak RTSP: by our own client, and by FFmpeg where that does not know what they send. */
export function createRtspAdapter(deps: RtspAdapterDeps): Adapter {
  const { ingest, direct, guard, config } = deps;
  const memory = createWayMemory(deps.clock);

  async function open(source: RtspSource, opening: Opening): Promise<void> {
    const { role, signal, onWay } = opening;
    const url = role === 'sub' ? source.subUrl : source.mainUrl;
    if (url === null) throw new CameraFault('internal', 'this camera has no sub-stream');
    const checked = await guard.check(url, SCHEMES, signal).catch((error: unknown) => {
      if (signal.aborted) return null;
      throw error;
    });
    if (checked === null || signal.aborted) return;
    const credentials: CameraCredentials = checked.username === '' ? opening.credentials : checked;
    const dial: Dial = { ...opening, checked, transport: source.transport, credentials };
    const memoryName = `${opening.name} ${checked.url.href}`;

    const known = config.rtsp === 'ffmpeg' ? BY_SETTING : memory.recall(memoryName);
    if (known !== undefined) {
      onWay?.(known);
      return byFfmpeg(dial);
    }
    onWay?.(DIRECT);
    const way = await directly(dial);
    if (way === null || signal.aborted) return;
    deps.log.info({ stream: opening.name, ...way }, 'FFmpeg reads this stream');
    onWay?.(way);
    // What FFmpeg is known to be for is remembered at once; where it is only a hope, when it has given a picture.
    if (way.reason !== 'other') memory.remember(memoryName, way);
    return byFfmpeg(
      way.reason === 'other' ? { ...dial, sink: onFirst(dial.sink, () => memory.remember(memoryName, way)) } : dial,
    );
  }

  /** `null` when it was told to end; a way where FFmpeg shall try. */
  async function directly(dial: Dial): Promise<StreamWay | null> {
    const seen = { any: false };
    const { name, checked, transport, credentials, signal, onClock, onSkipped } = dial;
    try {
      await direct.run({
        ...{ name, transport, credentials, signal, g711: config.g711 },
        url: checked.pinnedUrl,
        serverName: null,
        sink: onFirst(dial.sink, () => {
          seen.any = true;
        }),
        ...(onClock === undefined ? {} : { onClock }),
        ...(onSkipped === undefined ? {} : { onSkipped }),
      });
      return null;
    } catch (error) {
      if (error instanceof StreamNotForUs) return { by: 'ffmpeg', reason: error.reason, what: error.what };
      if (error instanceof NotForUs) return { by: 'ffmpeg', reason: 'other', what: error.message };
      if (!(error instanceof CameraFault) || seen.any || !MISUNDERSTOOD.has(error.kind)) throw error;
      if (error instanceof GivenUp) throw error;
      return { by: 'ffmpeg', reason: 'other', what: error.message };
    }
  }

  async function byFfmpeg({ name, checked, transport, credentials, sink, signal }: Dial): Promise<void> {
    const url = withLogin(checked.pinnedUrl, credentials.username, credentials.password);
    await ingest.run({ name, sink, signal, input: { kind: 'rtsp', url, transport } });
  }

  return {
    kind: 'rtsp',
    roles: (source) => (asRtsp(source).subUrl === null ? ['main'] : ['main', 'sub']),
    run: ({ cameraId, source, ...request }) =>
      open(asRtsp(source), { ...request, name: `${cameraId}/${request.role}` }),
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
          open: (sink, until) => open(rtsp, { role, credentials, name: null, sink, signal: until }),
        })),
        { timeoutMs, signal },
      );
    },
  };
}

/** Calls `run` before the first fragment goes on. */
function onFirst(sink: FragmentSink, run: () => void): FragmentSink {
  let seen = false;
  return {
    info: (info) => sink.info(info),
    fragment(fragment) {
      if (!seen) run();
      seen = true;
      sink.fragment(fragment);
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
