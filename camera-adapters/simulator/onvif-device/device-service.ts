import { escapeXml, SoapFault, type SoapRequest } from './soap.ts';
import type { DeviceFacts } from './state.ts';

/** One operation of a service: its request, to the content of the SOAP body. */
export type Operation = (request: SoapRequest) => string | Promise<string>;
export type Service = ReadonlyMap<string, Operation>;

const SERVICES = [
  ['Device', 'http://www.onvif.org/ver10/device/wsdl', 'device_service'],
  ['Media', 'http://www.onvif.org/ver10/media/wsdl', 'media_service'],
  ['PTZ', 'http://www.onvif.org/ver20/ptz/wsdl', 'ptz_service'],
  ['Events', 'http://www.onvif.org/ver10/events/wsdl', 'event_service'],
] as const;

/** Operations that need no login (Core Specification, access class PRE_AUTH): a client must read the clock first. */
export const WITHOUT_LOGIN: ReadonlySet<string> = new Set(['GetSystemDateAndTime', 'GetServices', 'GetCapabilities']);

export const scopesOf = (device: DeviceFacts): string[] => [
  'onvif://www.onvif.org/type/video_encoder',
  'onvif://www.onvif.org/type/ptz',
  'onvif://www.onvif.org/Profile/Streaming',
  `onvif://www.onvif.org/name/${encodeURIComponent(device.name ?? 'Simulated camera')}`,
  'onvif://www.onvif.org/hardware/1001',
  'onvif://www.onvif.org/location/Demo',
];

/** Device management service (ONVIF Core Specification §8). */
export function createDeviceService(device: DeviceFacts): Service {
  const address = (path: string): string => `${device.base}/onvif/${path}`;
  return new Map<string, Operation>([
    [
      'GetSystemDateAndTime',
      () => {
        const now = new Date(device.nowMs());
        const time = `<tt:Time><tt:Hour>${now.getUTCHours()}</tt:Hour><tt:Minute>${now.getUTCMinutes()}</tt:Minute><tt:Second>${now.getUTCSeconds()}</tt:Second></tt:Time>`;
        const date = `<tt:Date><tt:Year>${now.getUTCFullYear()}</tt:Year><tt:Month>${now.getUTCMonth() + 1}</tt:Month><tt:Day>${now.getUTCDate()}</tt:Day></tt:Date>`;
        return `<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime><tt:DateTimeType>Manual</tt:DateTimeType><tt:DaylightSavings>false</tt:DaylightSavings><tt:TimeZone><tt:TZ>UTC0</tt:TZ></tt:TimeZone><tt:UTCDateTime>${time}${date}</tt:UTCDateTime></tds:SystemDateAndTime></tds:GetSystemDateAndTimeResponse>`;
      },
    ],
    [
      'GetDeviceInformation',
      // Text that looks like numbers: clients that guess lose the last digit of each.
      () =>
        '<tds:GetDeviceInformationResponse><tds:Manufacturer>Tamnhin</tds:Manufacturer><tds:Model>Simulated PTZ</tds:Model><tds:FirmwareVersion>1.10</tds:FirmwareVersion><tds:SerialNumber>12345678901234567890</tds:SerialNumber><tds:HardwareId>1001</tds:HardwareId></tds:GetDeviceInformationResponse>',
    ],
    [
      'GetScopes',
      () =>
        `<tds:GetScopesResponse>${scopesOf(device)
          .map(
            (scope) =>
              `<tds:Scopes><tt:ScopeDef>Fixed</tt:ScopeDef><tt:ScopeItem>${escapeXml(scope)}</tt:ScopeItem></tds:Scopes>`,
          )
          .join('')}</tds:GetScopesResponse>`,
    ],
    [
      'GetServices',
      () =>
        `<tds:GetServicesResponse>${SERVICES.map(([, namespace, path]) => `<tds:Service><tds:Namespace>${namespace}</tds:Namespace><tds:XAddr>${address(path)}</tds:XAddr><tds:Version><tt:Major>2</tt:Major><tt:Minor>60</tt:Minor></tds:Version></tds:Service>`).join('')}</tds:GetServicesResponse>`,
    ],
    [
      'GetCapabilities',
      () => {
        const more: Readonly<Record<string, string>> = {
          Media:
            '<tt:StreamingCapabilities><tt:RTPMulticast>false</tt:RTPMulticast><tt:RTP_TCP>true</tt:RTP_TCP><tt:RTP_RTSP_TCP>true</tt:RTP_RTSP_TCP></tt:StreamingCapabilities>',
          Events:
            '<tt:WSSubscriptionPolicySupport>false</tt:WSSubscriptionPolicySupport><tt:WSPullPointSupport>true</tt:WSPullPointSupport><tt:WSPausableSubscriptionManagerInterfaceSupport>false</tt:WSPausableSubscriptionManagerInterfaceSupport>',
        };
        // In the order of the schema.
        const order = ['Device', 'Events', 'Media', 'PTZ'];
        const parts = order.map((name) => {
          const path = SERVICES.find(([service]) => service === name)?.[2] ?? '';
          return `<tt:${name}><tt:XAddr>${address(path)}</tt:XAddr>${more[name] ?? ''}</tt:${name}>`;
        });
        return `<tds:GetCapabilitiesResponse><tds:Capabilities>${parts.join('')}</tds:Capabilities></tds:GetCapabilitiesResponse>`;
      },
    ],
  ]);
}

export function unknownOperation(request: SoapRequest): never {
  throw new SoapFault('Receiver', 'ter:ActionNotSupported', `${request.operation} is not supported`);
}
