import { z } from 'zod';
import type { StreamRole } from '#contracts/media';
import { CameraFault } from '../adapter.ts';
import { onDevice } from './device-address.ts';
import { httpCall } from './http-call.ts';
import { authorization } from './http-login.ts';
import { unheard } from './messages.ts';
import { CALL_MS, type OnvifSession, SoapFault } from './session.ts';
import { element, escapeXml, number, text, token } from './xml.ts';

/** A media profile with a picture. */
export interface Profile {
  readonly token: string;
  readonly name: string;
  /** `H264`, `H265`, `JPEG`, `MPEG4`, as the device writes it. */
  readonly encoding: string;
  readonly audioEncoding: string | null;
  readonly width: number;
  readonly height: number;
  readonly frameRate: number | null;
  /** The configuration of its pan-tilt-zoom; `null` when it has none. */
  readonly ptzToken: string | null;
}

export interface Media {
  readonly profiles: readonly Profile[];
  /** Asked of the second media service (Profile T). */
  readonly media2: boolean;
}

const pictureSchema = element({
  Encoding: text,
  Resolution: element({ Width: number, Height: number }),
  RateControl: element({ FrameRateLimit: number.nullable().catch(null) })
    .optional()
    .catch(undefined),
});
const soundSchema = element({ Encoding: text }).optional().catch(undefined);
const ptzSchema = element({ '@token': token }).optional().catch(undefined);

/** Ver10 and ver20 say the same with other names. */
const profileSchema = z.union([
  element({
    '@token': token,
    Name: text.default(''),
    Configurations: element({ VideoEncoder: pictureSchema, AudioEncoder: soundSchema, PTZ: ptzSchema }),
  }).transform((profile) =>
    profileOf(profile['@token'], profile.Name, {
      picture: profile.Configurations.VideoEncoder,
      sound: profile.Configurations.AudioEncoder,
      ptz: profile.Configurations.PTZ,
    }),
  ),
  element({
    '@token': token,
    Name: text.default(''),
    VideoEncoderConfiguration: pictureSchema,
    AudioEncoderConfiguration: soundSchema,
    PTZConfiguration: ptzSchema,
  }).transform((profile) =>
    profileOf(profile['@token'], profile.Name, {
      picture: profile.VideoEncoderConfiguration,
      sound: profile.AudioEncoderConfiguration,
      ptz: profile.PTZConfiguration,
    }),
  ),
]);
const profilesSchema = element({
  GetProfilesResponse: element({ Profiles: z.array(z.unknown()).default([]) }),
});
const uriSchema = z.union([
  element({ Uri: z.string().min(1).max(2048) }),
  element({ MediaUri: element({ Uri: z.string().min(1).max(2048) }) }).transform(({ MediaUri }) => MediaUri),
]);
const streamUriSchema = element({ GetStreamUriResponse: uriSchema });
const snapshotUriSchema = element({ GetSnapshotUriResponse: uriSchema });

/** A device with more is read up to here. */
const MOST_PROFILES = 256;
/** A still of 4K at best quality has about 3 MiB. */
const SNAPSHOT_BYTES = 6 * 1024 * 1024;

function profileOf(
  profileToken: string,
  name: string,
  parts: {
    picture: z.output<typeof pictureSchema>;
    sound: z.output<typeof soundSchema>;
    ptz: z.output<typeof ptzSchema>;
  },
): Profile {
  const { Encoding, Resolution, RateControl } = parts.picture;
  return {
    token: profileToken,
    name,
    encoding: Encoding,
    audioEncoding: parts.sound?.Encoding ?? null,
    width: Resolution.Width,
    height: Resolution.Height,
    frameRate: RateControl?.FrameRateLimit ?? null,
    ptzToken: parts.ptz?.['@token'] ?? null,
  };
}

/** The profiles with a picture; those without one, or that nobody can read, are left out. */
export async function readMedia(session: OnvifSession, signal: AbortSignal): Promise<Media> {
  if (session.has('media2')) {
    // Some devices name the second media service and do not answer there, or give no profiles.
    const profiles = await readProfiles(session, true, signal).catch((error: unknown) => {
      if (error instanceof SoapFault && session.has('media')) return [];
      throw error;
    });
    if (profiles.length > 0 || !session.has('media')) return { profiles, media2: true };
  }
  if (!session.has('media')) throw new CameraFault('notACamera', 'the device gives no video: it has no media service');
  return { profiles: await readProfiles(session, false, signal), media2: false };
}

async function readProfiles(session: OnvifSession, media2: boolean, signal: AbortSignal): Promise<Profile[]> {
  const reply = await session.ask(profilesSchema, (cam) => cam.getProfiles(unheard), { media2, signal });
  return reply.GetProfilesResponse.Profiles.slice(0, MOST_PROFILES).flatMap((raw) => {
    const parsed = profileSchema.safeParse(raw);
    return parsed.success ? [parsed.data] : [];
  });
}

/**
 * Main is the largest picture, sub the smallest if it is smaller; JPEG only where there is nothing else. A chosen token
 * counts before that. A device with one picture has no sub. Throws `CameraFault` when there is none at all, or a
 * chosen one is gone.
 */
export function chooseProfiles(
  profiles: readonly Profile[],
  chosen: { readonly main: string | null; readonly sub: string | null },
): { readonly main: Profile; readonly sub: Profile | null } {
  const video = profiles.filter(({ encoding }) => !/^jpeg$/i.test(encoding));
  const usable = video.length > 0 ? video : profiles;
  const bySize = [...usable].sort((a, b) => area(b) - area(a) || (b.frameRate ?? 0) - (a.frameRate ?? 0));
  const main = chosen.main === null ? bySize[0] : named(profiles, chosen.main);
  if (main === undefined) throw new CameraFault('notACamera', 'the device has no profile with a picture');
  if (chosen.sub !== null) return { main, sub: named(profiles, chosen.sub) };
  // Who chose the main one alone wants no other.
  if (chosen.main !== null) return { main, sub: null };
  const smallest = bySize.at(-1);
  return { main, sub: smallest !== undefined && area(smallest) < area(main) ? smallest : null };
}

function area(profile: Profile): number {
  return profile.width * profile.height;
}

function named(profiles: readonly Profile[], wanted: string): Profile {
  const found = profiles.find((profile) => profile.token === wanted);
  if (found === undefined) throw new CameraFault('notACamera', `the device no longer has the profile "${wanted}"`);
  return found;
}

/** RTSP address of a profile, without login, on the host that we know the device by. */
export async function streamUrl(
  session: OnvifSession,
  media: Media,
  request: { readonly profile: Profile; readonly transport: 'tcp' | 'udp'; readonly signal: AbortSignal },
): Promise<string> {
  const { profile, transport, signal } = request;
  const reply = await session.ask(
    streamUriSchema,
    (cam) =>
      cam.getStreamUri(
        { protocol: transport === 'udp' ? 'UDP' : 'RTSP', profileToken: escapeXml(profile.token) },
        unheard,
      ),
    { media2: media.media2, signal },
  );
  return onDevice(session.device.url, reply.GetStreamUriResponse.Uri, ['rtsp:', 'rtsps:']).href;
}

/** A JPEG, or `null` where the device gives none: a still is never a reason to refuse a camera. */
export async function readSnapshot(
  session: OnvifSession,
  media: Media,
  profile: Profile,
  signal: AbortSignal,
): Promise<Buffer | null> {
  try {
    const reply = await session.ask(
      snapshotUriSchema,
      (cam) => cam.getSnapshotUri({ profileToken: escapeXml(profile.token) }, unheard),
      { media2: media.media2, signal },
    );
    const url = onDevice(session.device.url, reply.GetSnapshotUriResponse.Uri, ['http:', 'https:']);
    const get = (headers: Readonly<Record<string, string>>) =>
      httpCall({
        url,
        address: session.device.address,
        method: 'GET',
        headers,
        timeoutMs: CALL_MS,
        maxBytes: SNAPSHOT_BYTES,
        signal,
      });
    let still = await get({});
    if (still.status === 401 && session.login !== null) {
      const answer = authorization({
        challenges: still.challenges,
        credentials: session.login,
        method: 'GET',
        path: `${url.pathname}${url.search}`,
        allowBasic: true,
      });
      if (answer !== null) still = await get({ authorization: answer });
    }
    const isJpeg = still.body[0] === 0xff && still.body[1] === 0xd8;
    return still.status === 200 && isJpeg ? still.body : null;
  } catch (error) {
    if (error instanceof CameraFault) return null;
    throw error;
  }
}

/** The profile for a role; a device with one picture gives it for both, so that a wall shows it without knowing. */
export function profileFor(
  role: StreamRole,
  chosen: { readonly main: Profile; readonly sub: Profile | null },
): Profile {
  return role === 'sub' ? (chosen.sub ?? chosen.main) : chosen.main;
}
