import type { Operation, Service } from './device-service.ts';
import { escapeXml, SoapFault, type SoapRequest } from './soap.ts';
import { type Head, PRESETS } from './state.ts';

const SPACES = 'http://www.onvif.org/ver10/tptz';
const DEFAULT_TIMEOUT_MS = 10_000;

/** PTZ service (ONVIF PTZ Service Specification §5): positions from −1 to 1, zoom from 0 to 1. */
export function createPtzService(head: Head, nowMs: () => number): Service {
  const range = (axis: 'X' | 'Y', least: number): string =>
    `<tt:${axis}Range><tt:Min>${least}</tt:Min><tt:Max>1</tt:Max></tt:${axis}Range>`;
  const velocity = `<tt:ContinuousPanTiltVelocitySpace><tt:URI>${SPACES}/PanTiltSpaces/VelocityGenericSpace</tt:URI>${range('X', -1)}${range('Y', -1)}</tt:ContinuousPanTiltVelocitySpace><tt:ContinuousZoomVelocitySpace><tt:URI>${SPACES}/ZoomSpaces/VelocityGenericSpace</tt:URI>${range('X', -1)}</tt:ContinuousZoomVelocitySpace>`;

  function number(request: SoapRequest, axis: string, element: string): number {
    const text = request.body.attribute(axis, 'Velocity', element);
    const value = text === '' ? 0 : Number(text);
    if (!(Math.abs(value) <= 1)) throw new SoapFault('Sender', 'ter:InvalidVelocity', `${element} is out of range`);
    return value;
  }

  return new Map<string, Operation>([
    [
      'GetNodes',
      () =>
        `<tptz:GetNodesResponse><tptz:PTZNode token="node"><tt:Name>head</tt:Name><tt:SupportedPTZSpaces>${velocity}</tt:SupportedPTZSpaces><tt:MaximumNumberOfPresets>${PRESETS.length}</tt:MaximumNumberOfPresets><tt:HomeSupported>false</tt:HomeSupported></tptz:PTZNode></tptz:GetNodesResponse>`,
    ],
    [
      'GetConfigurations',
      () =>
        `<tptz:GetConfigurationsResponse><tptz:PTZConfiguration token="ptzc"><tt:Name>ptz</tt:Name><tt:UseCount>1</tt:UseCount><tt:NodeToken>node</tt:NodeToken><tt:DefaultContinuousPanTiltVelocitySpace>${SPACES}/PanTiltSpaces/VelocityGenericSpace</tt:DefaultContinuousPanTiltVelocitySpace><tt:DefaultContinuousZoomVelocitySpace>${SPACES}/ZoomSpaces/VelocityGenericSpace</tt:DefaultContinuousZoomVelocitySpace><tt:DefaultPTZTimeout>PT10S</tt:DefaultPTZTimeout></tptz:PTZConfiguration></tptz:GetConfigurationsResponse>`,
    ],
    [
      'ContinuousMove',
      (request) => {
        const speed = {
          pan: number(request, 'x', 'PanTilt'),
          tilt: number(request, 'y', 'PanTilt'),
          zoom: number(request, 'x', 'Zoom'),
        };
        head.move(speed, durationMs(request.body.text('Timeout')) ?? DEFAULT_TIMEOUT_MS);
        return '<tptz:ContinuousMoveResponse/>';
      },
    ],
    [
      'Stop',
      () => {
        head.halt();
        return '<tptz:StopResponse/>';
      },
    ],
    [
      'GetPresets',
      () =>
        `<tptz:GetPresetsResponse>${PRESETS.map(({ token, name, pan, tilt, zoom }) => `<tptz:Preset token="${token}"><tt:Name>${escapeXml(name)}</tt:Name><tt:PTZPosition><tt:PanTilt x="${pan}" y="${tilt}"/><tt:Zoom x="${zoom}"/></tt:PTZPosition></tptz:Preset>`).join('')}</tptz:GetPresetsResponse>`,
    ],
    [
      'GotoPreset',
      (request) => {
        if (!head.goTo(request.body.text('PresetToken'))) {
          throw new SoapFault('Sender', 'ter:NoToken', 'there is no such preset');
        }
        return '<tptz:GotoPresetResponse/>';
      },
    ],
    [
      'GetStatus',
      () => {
        const { pan, tilt, zoom, moving } = head.state();
        const word = moving ? 'MOVING' : 'IDLE';
        return `<tptz:GetStatusResponse><tptz:PTZStatus><tt:Position><tt:PanTilt x="${pan}" y="${tilt}"/><tt:Zoom x="${zoom}"/></tt:Position><tt:MoveStatus><tt:PanTilt>${word}</tt:PanTilt><tt:Zoom>${word}</tt:Zoom></tt:MoveStatus><tt:UtcTime>${new Date(nowMs()).toISOString()}</tt:UtcTime></tptz:PTZStatus></tptz:GetStatusResponse>`;
      },
    ],
  ]);
}

/** ms of an XML duration without years and months (XML Schema Part 2 §3.2.6); `null` for anything else. */
export function durationMs(text: string): number | null {
  const match = /^PT(?:(\d{1,4})H)?(?:(\d{1,4})M)?(?:(\d{1,6}(?:\.\d{1,6})?)S)?$/.exec(text);
  if (match === null || text === 'PT') return null;
  return ((Number(match[1] ?? 0) * 60 + Number(match[2] ?? 0)) * 60 + Number(match[3] ?? 0)) * 1000;
}
