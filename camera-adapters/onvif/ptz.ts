import { z } from 'zod';
import type { PtzCommand, PtzPreset } from '#contracts/http';
import { CameraFault } from '../adapter.ts';
import type { Profile } from './media.ts';
import { type Ask, unheard } from './messages.ts';
import type { OnvifSession } from './session.ts';
import { content, element, escapeXml, number, text, token } from './xml.ts';

/** Steers one device: speeds from −1 to 1 in, the device's own units out. */
export interface PtzHead {
  /** The device stops by itself after `timeoutMs`, if it keeps what it promises: the caller stops it as well. */
  move(command: Extract<PtzCommand, { action: 'move' }>, signal: AbortSignal): Promise<void>;
  stop(signal: AbortSignal): Promise<void>;
  goto(preset: string, signal: AbortSignal): Promise<void>;
  presets(signal: AbortSignal): Promise<readonly PtzPreset[]>;
}

/** A range of the device, and the address of the space that it is in. */
export interface Axis {
  readonly min: number;
  readonly max: number;
}
export interface PtzSpaces {
  readonly panTilt: { readonly uri: string; readonly x: Axis; readonly y: Axis } | null;
  readonly zoom: { readonly uri: string; readonly x: Axis } | null;
  /** ms that the device accepts as the length of a move. */
  readonly timeoutMs: Axis;
}

/** −1 to 1 in both directions: what every device must understand (ONVIF PTZ Service Specification §5.8). */
const PAN_TILT_GENERIC = 'http://www.onvif.org/ver10/tptz/PanTiltSpaces/VelocityGenericSpace';
const ZOOM_GENERIC = 'http://www.onvif.org/ver10/tptz/ZoomSpaces/VelocityGenericSpace';
const UNIT: Axis = { min: -1, max: 1 };
const GENERIC: PtzSpaces = {
  panTilt: { uri: PAN_TILT_GENERIC, x: UNIT, y: UNIT },
  zoom: { uri: ZOOM_GENERIC, x: UNIT },
  timeoutMs: { min: 0, max: 60_000 },
};
const MOST_PRESETS = 500;

const axisSchema = element({ Min: number, Max: number }).transform(({ Min, Max }) => ({ min: Min, max: Max }));
const optionsSchema = element({
  GetConfigurationOptionsResponse: element({
    PTZConfigurationOptions: element({
      Spaces: element({
        ContinuousPanTiltVelocitySpace: z
          .array(element({ URI: content, XRange: axisSchema, YRange: axisSchema }))
          .default([]),
        ContinuousZoomVelocitySpace: z.array(element({ URI: content, XRange: axisSchema })).default([]),
      }),
      PTZTimeout: element({ Min: text, Max: text }).optional().catch(undefined),
    }),
  }),
});
const presetsSchema = element({
  GetPresetsResponse: element({
    Preset: z
      .array(
        element({ '@token': token, Name: text.default('') })
          .nullable()
          .catch(null),
      )
      .default([]),
  }),
});
/** The answers to commands are empty: that they came is all. */
const doneSchema = z.record(z.string(), z.unknown());

/** Rejects with `CameraFault` when the device refuses to say what it can do for another reason than not knowing how. */
export async function openPtz(session: OnvifSession, profile: Profile, signal: AbortSignal): Promise<PtzHead> {
  const { ptzToken } = profile;
  if (ptzToken === null || !session.has('ptz')) {
    throw new CameraFault('notACamera', 'this camera cannot be steered');
  }
  const profileToken = escapeXml(profile.token);
  const spaces = await readSpaces(session, ptzToken, signal);
  const tell = async (request: Ask, callSignal: AbortSignal): Promise<void> => {
    await session.ask(doneSchema, request, { signal: callSignal });
  };
  const stop = (callSignal: AbortSignal) =>
    tell((cam) => cam.stop({ profileToken, panTilt: true, zoom: true }, unheard), callSignal);

  return {
    stop,
    async move(command, callSignal) {
      const velocity = velocityOf(command, spaces);
      if (velocity === null) return stop(callSignal);
      const timeout = clamp(command.timeoutMs, spaces.timeoutMs);
      await tell((cam) => cam.continuousMove({ profileToken, timeout, ...velocity }, unheard), callSignal);
    },
    goto: (preset, callSignal) =>
      tell((cam) => cam.gotoPreset({ profileToken, preset: escapeXml(preset) }, unheard), callSignal),
    async presets(callSignal) {
      // The package keys presets by name and would lose one of two that are called alike: tokens tell them apart.
      const reply = await session.ask(presetsSchema, (cam) => cam.getPresets({ profileToken }, unheard), {
        signal: callSignal,
      });
      const found = reply.GetPresetsResponse.Preset.flatMap((preset) =>
        preset === null ? [] : [{ token: preset['@token'], name: preset.Name === '' ? preset['@token'] : preset.Name }],
      );
      return found.slice(0, MOST_PRESETS);
    },
  };
}

async function readSpaces(session: OnvifSession, ptzToken: string, signal: AbortSignal): Promise<PtzSpaces> {
  try {
    const reply = await session.ask(optionsSchema, (cam) => cam.getConfigurationOptions(escapeXml(ptzToken), unheard), {
      signal,
    });
    const { Spaces, PTZTimeout } = reply.GetConfigurationOptionsResponse.PTZConfigurationOptions;
    const panTilt = preferred(Spaces.ContinuousPanTiltVelocitySpace, PAN_TILT_GENERIC);
    const zoom = preferred(Spaces.ContinuousZoomVelocitySpace, ZOOM_GENERIC);
    return {
      panTilt: panTilt === undefined ? null : { uri: panTilt.URI, x: panTilt.XRange, y: panTilt.YRange },
      zoom: zoom === undefined ? null : { uri: zoom.URI, x: zoom.XRange },
      timeoutMs: {
        min: durationMs(PTZTimeout?.Min) ?? GENERIC.timeoutMs.min,
        max: durationMs(PTZTimeout?.Max) ?? GENERIC.timeoutMs.max,
      },
    };
  } catch (error) {
    // Many devices do not say and understand the generic space all the same.
    if (error instanceof CameraFault && error.kind === 'notACamera') return GENERIC;
    throw error;
  }
}

function preferred<S extends { readonly URI: string }>(spaces: readonly S[], generic: string): S | undefined {
  return spaces.find(({ URI }) => URI === generic) ?? spaces[0];
}

/** What the package writes for a move; `null` when nothing of it can be done, which is standing still. */
export function velocityOf(
  speed: { readonly pan: number; readonly tilt: number; readonly zoom: number },
  spaces: PtzSpaces,
) {
  const turns = spaces.panTilt !== null && (speed.pan !== 0 || speed.tilt !== 0);
  const zooms = spaces.zoom !== null && speed.zoom !== 0;
  if (!turns && !zooms) return null;
  // Some devices refuse a move that names both: what does not move is left out.
  return {
    ...(turns && spaces.panTilt !== null
      ? {
          x: onAxis(speed.pan, spaces.panTilt.x),
          y: onAxis(speed.tilt, spaces.panTilt.y),
          ...spaceOf('xyspace', spaces.panTilt.uri, PAN_TILT_GENERIC),
        }
      : { onlySendZoom: true }),
    ...(zooms && spaces.zoom !== null
      ? { zoom: onAxis(speed.zoom, spaces.zoom.x), ...spaceOf('zoomspace', spaces.zoom.uri, ZOOM_GENERIC) }
      : { onlySendPanTilt: true }),
  };
}

/** The generic space goes without saying. */
function spaceOf(name: 'xyspace' | 'zoomspace', uri: string, generic: string): Record<string, string> {
  return uri === generic ? {} : { [name]: escapeXml(uri) };
}

/** 0 stays 0 where the range holds it; both directions are stretched to their own end. */
function onAxis(speed: number, axis: Axis): number {
  const scaled = speed < 0 ? -speed * Math.min(axis.min, 0) : speed * Math.max(axis.max, 0);
  return Math.round(clamp(scaled, axis) * 1000) / 1000;
}

function clamp(value: number, { min, max }: Axis): number {
  return Math.max(min, Math.min(max, value));
}

/** xs:duration as devices use it: minutes and seconds. */
export function durationMs(duration: string | undefined): number | null {
  const [, minutes, seconds] = /^PT(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?$/.exec(duration ?? '') ?? [];
  if (minutes === undefined && seconds === undefined) return null;
  return Number(minutes ?? 0) * 60_000 + Number(seconds ?? 0) * 1000;
}
