import type { CameraSource, ProbedStream, ProbeResult } from '#contracts/camera';
import type { StreamRole } from '#contracts/media';
import {
  type Adapter,
  type AdapterContext,
  CameraFault,
  NoSignals,
  type ProbeRequest,
  type RunRequest,
} from '../adapter.ts';
import { failedProbe } from '../probe.ts';
import type { CheckAddress } from './device-address.ts';
import { listenForSignals } from './events.ts';
import { chooseProfiles, type Media, type Profile, profileFor, readMedia, readSnapshot, streamUrl } from './media.ts';
import { createPtzControl } from './ptz-control.ts';
import { type OnvifSession, openSession } from './session.ts';

export interface OnvifAdapterDeps extends AdapterContext {
  /** Reads the stream whose address the device gave. */
  readonly rtsp: Adapter;
  readonly checkAddress: CheckAddress;
}

type OnvifSource = Extract<CameraSource, { kind: 'onvif' }>;

/** What a test has learnt so far; whether it went well is said at its end. */
type Found = { -readonly [K in Exclude<keyof ProbeResult, 'ok' | 'fault' | 'detail' | 'elapsedMs'>]?: ProbeResult[K] };

/** ms kept back of a test's time, so that what was found is told although something hung. */
const RESERVE_MS = 300;

/** Cameras that speak ONVIF: the device says where its streams are, the RTSP adapter reads them. */
export function createOnvifAdapter(deps: OnvifAdapterDeps): Adapter {
  const { rtsp, clock } = deps;

  /** Asked anew at each dial: devices change the addresses of their streams when they restart. */
  async function run(request: RunRequest): Promise<void> {
    const { role, signal, credentials } = request;
    const source = own(request.source);
    const { deviceUrl, authentication, transport } = source;
    let url: string;
    try {
      const session = await openSession(deps, { deviceUrl, authentication, credentials, signal });
      const media = await readMedia(session, signal);
      const profile = profileFor(role, chooseProfiles(media.profiles, tokens(source)));
      url = await streamUrl(session, media, { profile, transport, signal });
    } catch (error) {
      if (signal.aborted) return;
      throw error;
    }
    await rtsp.run({ ...request, source: rtspSource(source, { [role]: url, main: url }) });
  }

  async function probe(request: ProbeRequest): Promise<ProbeResult> {
    const startedMs = clock.monotonic();
    const leftMs = () => Math.floor(Math.max(0, request.timeoutMs - RESERVE_MS - (clock.monotonic() - startedMs)));
    const signal = AbortSignal.any([request.signal, AbortSignal.timeout(leftMs())]);
    const found: Found = {};
    let refused: CameraFault | null = null;
    try {
      await look({ ...request, signal }, leftMs, found);
    } catch (error) {
      if (!(error instanceof CameraFault) && !signal.aborted) throw error;
      refused = error instanceof CameraFault ? error : new CameraFault('timeout', 'the device did not answer in time');
    }
    return { ...failedProbe(refused, clock.monotonic() - startedMs), ...found };
  }

  /** Writes down what it finds as it goes: a device whose stream fails is still shown by name. */
  async function look(request: ProbeRequest, leftMs: () => number, found: Found): Promise<void> {
    const { signal, credentials } = request;
    const source = own(request.source);
    const { deviceUrl, authentication, transport } = source;
    const session = await openSession(deps, { deviceUrl, authentication, credentials, signal });
    Object.assign(found, session.information, { clockOffsetMs: session.clockOffsetMs });
    const media = await readMedia(session, signal);
    const chosen = chooseProfiles(media.profiles, tokens(source));
    found.canPtz = session.has('ptz') && media.profiles.some(({ ptzToken }) => ptzToken !== null);
    found.streams = declared(chosen);

    const urlOf = (profile: Profile) => streamUrl(session, media, { profile, transport, signal });
    const main = await urlOf(chosen.main);
    const sub = chosen.sub === null ? undefined : await urlOf(chosen.sub);
    // A device that tells addresses may still give no picture there: that is looked at, not believed.
    const [seen, still] = await Promise.all([
      rtsp.probe({ source: rtspSource(source, { main, sub }), credentials, timeoutMs: leftMs(), signal }),
      stillOf(session, media, chosen.main, signal),
    ]);
    found.snapshot = still ?? seen.snapshot;
    if (!seen.ok) throw new CameraFault(seen.fault ?? 'internal', seen.detail);
    const profileTokens = { main: chosen.main.token, sub: chosen.sub?.token ?? '' };
    found.streams = seen.streams.map((stream) => ({ ...stream, reference: profileTokens[stream.role] }));
  }

  return {
    kind: 'onvif',
    roles: (source) =>
      own(source).mainProfile !== null && own(source).subProfile === null ? ['main'] : ['main', 'sub'],
    run,
    probe,
    async readClock({ source, credentials, signal }) {
      const { deviceUrl, authentication } = own(source);
      return (await openSession(deps, { deviceUrl, authentication, credentials, signal })).clockOffsetMs;
    },
    async signals({ source, credentials, signal }, onSignal) {
      const { deviceUrl, authentication } = own(source);
      try {
        const session = await openSession(deps, { deviceUrl, authentication, credentials, signal });
        if (!session.has('events')) throw new NoSignals();
        await listenForSignals({ session, clock, log: deps.log, signal, onSignal });
      } catch (error) {
        if (!signal.aborted) throw error;
      }
    },
    ptz: createPtzControl(deps),
  };
}

function own(source: CameraSource): OnvifSource {
  if (source.kind !== 'onvif') throw new CameraFault('internal', `an ONVIF camera was expected, not ${source.kind}`);
  return source;
}

function tokens(source: OnvifSource): { main: string | null; sub: string | null } {
  return { main: source.mainProfile, sub: source.subProfile };
}

function rtspSource(
  source: OnvifSource,
  urls: { readonly main: string; readonly sub?: string | undefined },
): CameraSource {
  return {
    kind: 'rtsp',
    mainUrl: urls.main,
    subUrl: urls.sub ?? null,
    transport: source.transport,
    username: source.username,
  };
}

/** What the device says of its streams; shown until they have been looked at. */
function declared(chosen: { readonly main: Profile; readonly sub: Profile | null }): ProbedStream[] {
  const roles: [StreamRole, Profile | null][] = [
    ['main', chosen.main],
    ['sub', chosen.sub],
  ];
  return roles.flatMap(([role, profile]) =>
    profile === null
      ? []
      : [
          {
            role,
            reference: profile.token,
            codec: profile.encoding,
            audioCodec: profile.audioEncoding,
            width: profile.width,
            height: profile.height,
            frameRate: profile.frameRate,
          },
        ],
  );
}

async function stillOf(
  session: OnvifSession,
  media: Media,
  profile: Profile,
  signal: AbortSignal,
): Promise<string | null> {
  const jpeg = await readSnapshot(session, media, profile, signal);
  return jpeg === null ? null : jpeg.toString('base64');
}
