import type { Operation, Service } from './device-service.ts';
import { escapeXml, SoapFault, type SoapRequest } from './soap.ts';
import type { DeviceFacts, OnvifProfile } from './state.ts';

/** Media service, version 1 (ONVIF Media Service Specification §5). */
export function createMediaService(device: DeviceFacts): Service {
  const [largest] = [...device.profiles].sort((a, b) => b.width - a.width);
  const size = (width: number, height: number): string =>
    `<tt:Width>${width}</tt:Width><tt:Height>${height}</tt:Height>`;

  function named(request: SoapRequest): OnvifProfile {
    const profile = device.profiles.find(({ token }) => token === request.body.text('ProfileToken'));
    if (profile === undefined) throw new SoapFault('Sender', 'ter:NoProfile', 'there is no such profile');
    return profile;
  }

  function profileXml(element: string, profile: OnvifProfile): string {
    const { token, name, width, height, codec } = profile;
    const source = `<tt:VideoSourceConfiguration token="vsc"><tt:Name>source</tt:Name><tt:UseCount>${device.profiles.length}</tt:UseCount><tt:SourceToken>source</tt:SourceToken><tt:Bounds x="0" y="0" width="${largest?.width ?? width}" height="${largest?.height ?? height}"/></tt:VideoSourceConfiguration>`;
    // The first version of the schema knows no H.265; devices write it all the same.
    const encoder = `<tt:VideoEncoderConfiguration token="vec-${escapeXml(token)}"><tt:Name>${escapeXml(name)}</tt:Name><tt:UseCount>1</tt:UseCount><tt:Encoding>${codec.toUpperCase()}</tt:Encoding><tt:Resolution>${size(width, height)}</tt:Resolution><tt:Quality>4</tt:Quality><tt:RateControl><tt:FrameRateLimit>15</tt:FrameRateLimit><tt:EncodingInterval>1</tt:EncodingInterval><tt:BitrateLimit>2048</tt:BitrateLimit></tt:RateControl><tt:SessionTimeout>PT60S</tt:SessionTimeout></tt:VideoEncoderConfiguration>`;
    const ptz =
      '<tt:PTZConfiguration token="ptzc"><tt:Name>ptz</tt:Name><tt:UseCount>1</tt:UseCount><tt:NodeToken>node</tt:NodeToken></tt:PTZConfiguration>';
    return `<trt:${element} token="${escapeXml(token)}" fixed="true"><tt:Name>${escapeXml(name)}</tt:Name>${source}${encoder}${ptz}</trt:${element}>`;
  }

  const uri = (operation: string, address: string): string =>
    `<trt:${operation}Response><trt:MediaUri><tt:Uri>${escapeXml(address)}</tt:Uri><tt:InvalidAfterConnect>false</tt:InvalidAfterConnect><tt:InvalidAfterReboot>false</tt:InvalidAfterReboot><tt:Timeout>PT0S</tt:Timeout></trt:MediaUri></trt:${operation}Response>`;

  return new Map<string, Operation>([
    [
      'GetProfiles',
      () =>
        `<trt:GetProfilesResponse>${device.profiles.map((profile) => profileXml('Profiles', profile)).join('')}</trt:GetProfilesResponse>`,
    ],
    [
      'GetProfile',
      (request) => `<trt:GetProfileResponse>${profileXml('Profile', named(request))}</trt:GetProfileResponse>`,
    ],
    [
      'GetVideoSources',
      () =>
        `<trt:GetVideoSourcesResponse><trt:VideoSources token="source"><tt:Framerate>15</tt:Framerate><tt:Resolution>${size(largest?.width ?? 0, largest?.height ?? 0)}</tt:Resolution></trt:VideoSources></trt:GetVideoSourcesResponse>`,
    ],
    ['GetStreamUri', (request) => uri('GetStreamUri', named(request).rtspUrl)],
    [
      'GetSnapshotUri',
      (request) => uri('GetSnapshotUri', `${device.base}/snapshot?profile=${encodeURIComponent(named(request).token)}`),
    ],
  ]);
}
