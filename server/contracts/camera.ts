import { z } from 'zod';
import type { StreamRole } from './media.ts';
import { pointSchema } from './shapes.ts';

/**
 * A registered camera: what an administrator types, what others see of it, and the states that it can be in.
 * Secrets go in and never come out: the views say only whether a password is set.
 */

export const CAMERA_KINDS = ['rtsp', 'onvif', 'rtmp', 'phone', 'http', 'virtual'] as const;
export type CameraKind = (typeof CAMERA_KINDS)[number];

/** How much a camera matters: decides order in queues, and later retention and detection. */
export const CAMERA_CLASSES = ['critical', 'high', 'normal', 'low'] as const;
export type CameraClass = (typeof CAMERA_CLASSES)[number];

const text = (max: number) => z.string().trim().max(max);
const cameraUrl = text(2048).min(1);
const username = text(128).default('');
/** `undefined` on an update keeps the stored password; an empty string removes it. */
const password = z.string().max(256).optional();

export const RTSP_TRANSPORTS = ['tcp', 'udp'] as const;
const transport = z.enum(RTSP_TRANSPORTS).default('tcp');

export const rtspSourceSchema = z.object({
  kind: z.literal('rtsp'),
  /** rtsp:// or rtsps://; user and password in the address are moved to their own fields. */
  mainUrl: cameraUrl,
  subUrl: cameraUrl.nullable().default(null),
  transport,
  username,
  password,
});

export const onvifSourceSchema = z.object({
  kind: z.literal('onvif'),
  /** Address of the device service, for example http://10.0.0.8/onvif/device_service. */
  deviceUrl: cameraUrl,
  /** Some strict devices fault on any WS-Security header when no password is set on them. */
  authentication: z.enum(['password', 'none']).default('password'),
  username,
  password,
  /** Media profile tokens; `null` lets the adapter choose the largest as main and the smallest as sub. */
  mainProfile: text(256).nullable().default(null),
  subProfile: text(256).nullable().default(null),
  transport,
});

export const rtmpSourceSchema = z.object({
  kind: z.literal('rtmp'),
});

/** A phone's browser that opens the camera's link. */
export const phoneSourceSchema = z.object({
  kind: z.literal('phone'),
});

export const httpSourceSchema = z.object({
  kind: z.literal('http'),
  /** http:// or https://. */
  url: cameraUrl,
  /** `mjpeg` is multipart/x-mixed-replace; `jpeg` is one still, fetched again and again. */
  format: z.enum(['mjpeg', 'jpeg']).default('mjpeg'),
  /** For `jpeg`: ms between two fetches. */
  intervalMs: z.number().int().min(200).max(60_000).default(1000),
  username,
  password,
});

export const SCENES = [
  'junction',
  'market',
  'river',
  'school-gate',
  'warehouse',
  'bridge',
  'park',
  'border-gate',
  'lobby',
] as const;
export type SceneName = (typeof SCENES)[number];

export const virtualSourceSchema = z.object({
  kind: z.literal('virtual'),
  scene: z.enum(SCENES),
});

export const cameraSourceSchema = z.discriminatedUnion('kind', [
  rtspSourceSchema,
  onvifSourceSchema,
  rtmpSourceSchema,
  phoneSourceSchema,
  httpSourceSchema,
  virtualSourceSchema,
]);
export type CameraSource = z.output<typeof cameraSourceSchema>;

/** Cameras of this kind come to us by a key of their own: there is no address, and nothing to test beforehand. */
export function publishes({ kind }: { readonly kind: CameraKind }): boolean {
  return kind === 'rtmp' || kind === 'phone';
}

/** Where a camera stands and looks; WGS 84. */
export const placeSchema = z.object({
  latitude: z.number().min(-90).max(90),
  longitude: z.number().min(-180).max(180),
  /** Degrees clockwise from north that the camera faces; `null` for a dome or when unknown. */
  heading: z.number().min(0).lt(360).nullable().default(null),
  /** Horizontal opening angle in degrees. */
  fieldOfView: z.number().min(1).max(360).nullable().default(null),
});
export type Place = z.output<typeof placeSchema>;

/** What an administrator gives to register or change a camera. */
export const cameraInputSchema = z.object({
  name: text(120).min(1),
  /** The short number that an operator types to call the camera; `null` on create takes the next free one. */
  number: z.number().int().min(1).max(999_999).nullable().default(null),
  groupId: z.string().nullable().default(null),
  class: z.enum(CAMERA_CLASSES).default('normal'),
  place: placeSchema.nullable().default(null),
  /** Why this camera exists (Law 91/2025): shown to everybody who may see it. */
  purpose: text(500).default(''),
  /** The text of the notice that stands beside the camera. */
  notice: text(1000).default(''),
  /** Number of its certificate of conformity with QCVN 135:2024/BTTTT; empty where none is known. */
  certificate: text(100).default(''),
  enabled: z.boolean().default(true),
  /** `always` keeps the main stream open; `onDemand` opens it when somebody needs it and a sub-stream exists. */
  mainStream: z.enum(['always', 'onDemand']).default('onDemand'),
  source: cameraSourceSchema,
});
export type CameraInput = z.output<typeof cameraInputSchema>;
/** The same before defaults are filled in: what a client may send. */
export type CameraDraft = z.input<typeof cameraInputSchema>;

// ---- privacy masks ---------------------------------------------------------------------------------------------------

export const MOST_MASKS = 32;
export const MOST_MASK_POINTS = 32;
/** Share of the picture below which a polygon covers nothing that anybody could see: its points lie on a line. */
const LEAST_MASK_AREA = 0.0001;

export const privacyMaskSchema = z.object({
  name: text(80).min(1),
  /** `[x, y]` from the upper left corner, as shares of width and height; closed from the last point to the first. */
  points: z
    .array(pointSchema)
    .min(3, 'a mask needs at least 3 points')
    .max(MOST_MASK_POINTS, `a mask has at most ${MOST_MASK_POINTS} points`)
    .refine(coversAnything, 'the points of a mask lie on a line: it covers nothing'),
});
/** A part of the picture that is covered in what leaves the server for those without `camera.unmask`. */
export type PrivacyMask = z.output<typeof privacyMaskSchema>;

const masksSchema = z.array(privacyMaskSchema).max(MOST_MASKS, `a camera has at most ${MOST_MASKS} masks`);
export const maskSetInputSchema = z.object({
  masks: masksSchema,
  /** Of the set that was looked at; another one is refused with `conflict`. */
  version: z.number().int().min(0),
});
/** All masks of a camera. The version is 0 where there never were any. */
export type MaskSet = z.output<typeof maskSetInputSchema>;

/** Some three of the points span a triangle that can be seen: true for polygons that cross themselves, too. */
function coversAnything(points: readonly (readonly [number, number])[]): boolean {
  return points.some(([ax, ay], a) =>
    points
      .slice(a + 1)
      .some(([bx, by], b) =>
        points
          .slice(a + b + 2)
          .some(([cx, cy]) => Math.abs((bx - ax) * (cy - ay) - (by - ay) * (cx - ax)) / 2 >= LEAST_MASK_AREA),
      ),
  );
}

// ---- what is seen of a camera ----------------------------------------------------------------------------------------

/** A device's clock as it was last asked for. */
export interface DeviceClock {
  /** The device's clock minus the server's, in ms. */
  readonly offsetMs: number;
  readonly measuredMs: number;
}

/** Why a camera gives no picture. A closed list: the console has a sentence and an advice for each. */
export const CAMERA_FAULTS = [
  'unreachable',
  'unauthorised',
  'notACamera',
  'unsupportedCodec',
  'timeout',
  'noFrames',
  'malformedStream',
  'refusedAddress',
  'waitingForPublisher',
  'ended',
  'internal',
] as const;
export type CameraFaultKind = (typeof CAMERA_FAULTS)[number];

/** What can be wrong with a picture that comes in as it should. A closed list too. */
export const PICTURE_FAULTS = ['black', 'frozen', 'covered', 'blurred', 'turned'] as const;
export type PictureFault = (typeof PICTURE_FAULTS)[number];

export const STREAM_STATES = ['idle', 'connecting', 'live', 'down', 'disabled'] as const;
export type StreamState = (typeof STREAM_STATES)[number];

/** By whom a stream is read where there is a choice: by our own client, or by an FFmpeg of its own. */
export const STREAM_WAYS = ['direct', 'ffmpeg'] as const;
/**
 * Why FFmpeg: somebody has set it so; a codec, a sound or a manner of packing it that our client leaves to it; our client
 * made no picture of what came, lost the stream again and again, or did not understand the camera.
 */
export const WAY_REASONS = ['setting', 'codec', 'sound', 'packing', 'noPicture', 'breaks', 'misread'] as const;
export type WayReason = (typeof WAY_REASONS)[number];

export interface StreamWay {
  readonly by: (typeof STREAM_WAYS)[number];
  /** `null` for `direct`. */
  readonly reason: WayReason | null;
  /** The codec by its name in SDP, or what our client met, as a sentence in English; empty where there is nothing to say. */
  readonly what: string;
}

/** One stream's condition. `idle` is an on-demand stream that nobody needs. */
export interface StreamStatus {
  readonly role: StreamRole;
  readonly state: StreamState;
  /** Set in `down`, and in `connecting` after a failure. */
  readonly fault: CameraFaultKind | null;
  /** A sentence in English with the device's own words, for administrators; never holds a secret. */
  readonly detail: string;
  /** ms since 1970 at which `state` began. */
  readonly sinceMs: number;
  /** Wall-clock of the newest fragment; `null` when there was none since the start. */
  readonly lastFrameMs: number | null;
  /** How often the stream was started since the program started. */
  readonly starts: number;
  readonly codec: string | null;
  readonly audioCodec: string | null;
  readonly width: number | null;
  readonly height: number | null;
  readonly frameRate: number | null;
  /** Measured over the last seconds; bits per second. */
  readonly bitrate: number | null;
  /** `null` where there is no choice, and before the first dial. */
  readonly way: StreamWay | null;
  /** The camera's clock minus the server's in ms, as the stream itself tells; `null` where it does not. */
  readonly clockOffsetMs: number | null;
}

/** A camera as anybody with `camera.view` sees it. */
export interface CameraView {
  readonly id: string;
  readonly number: number;
  readonly name: string;
  readonly groupId: string | null;
  readonly class: CameraClass;
  readonly kind: CameraKind;
  readonly place: Place | null;
  readonly purpose: string;
  readonly enabled: boolean;
  /** A synthetic camera of the demo. */
  readonly demo: boolean;
  readonly hasSub: boolean;
  readonly canPtz: boolean;
  /** Parts of its picture are covered in what leaves the server. */
  readonly hasMasks: boolean;
  readonly streams: readonly StreamStatus[];
  /** What is wrong with the picture that comes in; `sinceMs` since 1970. */
  readonly pictureFault: { readonly fault: PictureFault; readonly sinceMs: number } | null;
}

/** A camera as somebody with `camera.configure` sees it. */
export interface CameraDetails extends CameraView {
  readonly notice: string;
  readonly certificate: string;
  readonly mainStream: 'always' | 'onDemand';
  /** As registered, without passwords. */
  readonly source: CameraSource;
  readonly hasPassword: boolean;
  readonly make: string;
  readonly model: string;
  readonly firmware: string;
  /** `null` where the device tells no time, or has not been asked yet. */
  readonly clock: DeviceClock | null;
  readonly createdMs: number;
  /** Rises with each change; a PUT that names another one is refused with `conflict`. */
  readonly version: number;
  /** For RTMP: where a publisher sends to. The key itself is shown once, when it is made. */
  readonly publishUrl: string | null;
}

/** One stream that "test before save" found. */
export interface ProbedStream {
  readonly role: StreamRole;
  /** What to store: the address or profile token that this stream was found by; without credentials. */
  readonly reference: string;
  readonly codec: string;
  readonly audioCodec: string | null;
  readonly width: number;
  readonly height: number;
  readonly frameRate: number | null;
}

/** The answer of "test before save". */
export interface ProbeResult {
  readonly ok: boolean;
  readonly fault: CameraFaultKind | null;
  readonly detail: string;
  readonly make: string;
  readonly model: string;
  readonly firmware: string;
  readonly serial: string;
  readonly streams: readonly ProbedStream[];
  /** JPEG, base64 without prefix; `null` when none could be had. */
  readonly snapshot: string | null;
  /** The device's clock minus the server's, in ms; `null` where the device does not tell. */
  readonly clockOffsetMs: number | null;
  readonly canPtz: boolean;
  readonly elapsedMs: number;
}

/** A device that discovery found and nobody has registered yet. */
export interface DiscoveryCandidate {
  /** The device's EndpointReference (WS-Discovery §5), or its address for devices found by scanning. */
  readonly id: string;
  readonly deviceUrl: string;
  readonly address: string;
  /** From the scopes that the device sends; empty when it sends none. */
  readonly name: string;
  readonly hardware: string;
  readonly location: string;
  /** The camera that is registered with this address already. */
  readonly registeredAs: string | null;
}
