import type { CameraFaultKind, CameraSource, StreamWay, WayReason } from '#contracts/camera';
import type { FragmentSink, StillDecoder, StreamRole } from '#contracts/media';
import type { CamerasConfig } from '../../config/schema.ts';
import { type Adapter, type AdapterContext, type CameraCredentials, CameraFault, type RunRequest } from '../adapter.ts';
import type { AddressGuard, CheckedAddress } from '../address-guard.ts';
import type { Ingest } from '../ffmpeg/ingest.ts';
import { probeStreams } from '../probe.ts';
import { type DirectIngest, GivenUp, StreamNotForUs } from './direct-ingest.ts';
import { NoPictures } from './picture-watch.ts';
import { Flooding } from './session.ts';
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
/** ms of pictures after which a stream has held: how it ends then is no sign that our client should not read it. */
const SETTLED_MS = 600_000;
/** Why FFmpeg may do better, which is not sure. */
const HOPES: ReadonlySet<WayReason> = new Set(['noPicture', 'breaks', 'misread']);
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
  /** By which it is remembered who reads it. */
  readonly memoryName: string;
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
    const memoryName = `${opening.name} ${checked.url.href}`;
    const dial: Dial = { ...opening, memoryName, checked, transport: source.transport, credentials };

    const known = config.rtsp === 'ffmpeg' ? BY_SETTING : memory.recall(memoryName);
    if (known !== undefined) {
      onWay?.(known);
      return byFfmpeg(dial);
    }
    const turn = memory.takeTurn(memoryName);
    if (turn !== undefined) return toFfmpeg(dial, turn);
    onWay?.(DIRECT);
    const way = await directly(dial);
    if (way !== null && !signal.aborted) return toFfmpeg(dial, way);
  }

  /** What FFmpeg is known to be for is remembered at once; where it is only a hope, when it has given a picture. */
  function toFfmpeg(dial: Dial, way: StreamWay): Promise<void> {
    const { name, memoryName, sink } = dial;
    deps.log.info({ stream: name, ...way }, 'FFmpeg reads this stream');
    dial.onWay?.(way);
    const remember = (): void => memory.remember(memoryName, way);
    if (way.reason !== null && HOPES.has(way.reason)) return byFfmpeg({ ...dial, sink: onFirst(sink, remember) });
    remember();
    return byFfmpeg(dial);
  }

  /** `null` when it was told to end; a way where FFmpeg shall try. */
  async function directly(dial: Dial): Promise<StreamWay | null> {
    const { name, memoryName, checked, transport, credentials, signal, onClock, onSkipped } = dial;
    const seen: { firstMs: number | null } = { firstMs: null };
    const settle = (): void => {
      const held = seen.firstMs !== null && deps.clock.monotonic() - seen.firstMs >= SETTLED_MS;
      if (held) memory.settled(memoryName);
    };
    try {
      await direct.run({
        ...{ name, transport, credentials, signal, g711: config.g711 },
        url: checked.pinnedUrl,
        serverName: null,
        sink: onFirst(dial.sink, () => {
          seen.firstMs = deps.clock.monotonic();
        }),
        ...(onClock === undefined ? {} : { onClock }),
        ...(onSkipped === undefined ? {} : { onSkipped }),
      });
      settle();
      return null;
    } catch (error) {
      settle();
      if (error instanceof StreamNotForUs) return { by: 'ffmpeg', reason: error.reason, what: error.what };
      if (!(error instanceof CameraFault) || !MISUNDERSTOOD.has(error.kind)) throw error;
      if (error instanceof Flooding || error instanceof GivenUp) throw error;
      const reason = error instanceof NoPictures ? 'noPicture' : seen.firstMs === null ? 'misread' : 'breaks';
      const way: StreamWay = { by: 'ffmpeg', reason, what: error.message };
      memory.failed(memoryName, way);
      // One that had begun is dialled again, lest its readers wait for FFmpeg after each mishap.
      if (seen.firstMs !== null) throw error;
      return way;
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
