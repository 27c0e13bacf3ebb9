import { z } from 'zod';
import type { Clock } from '#base/clock';
import { type CameraCredentials, CameraFault } from '../adapter.ts';
import { type CheckAddress, type DeviceAddress, serviceUrl } from './device-address.ts';
import { clockOffset, dateAndTimeSchema, deviceTime } from './device-clock.ts';
import { httpCall } from './http-call.ts';
import { authorization } from './http-login.ts';
import { type Ask, type Service, unheard, write } from './messages.ts';
import { content, element, soapBody, text } from './xml.ts';

/** A device that answered and let us in. Holds no connection: there is nothing to close. */
export interface OnvifSession {
  readonly device: DeviceAddress;
  readonly information: DeviceInformation;
  /** The device's clock minus ours in ms; `null` where it does not tell. */
  readonly clockOffsetMs: number | null;
  /** `null` when there is nothing to log in with, or nothing shall be sent. */
  readonly login: CameraCredentials | null;
  has(service: Service): boolean;
  /** One request. Rejects with `SoapFault` when the device refuses, with `CameraFault` for all else. */
  ask<T>(reply: z.ZodType<T>, request: Ask, options: AskOptions): Promise<T>;
}

export interface AskOptions {
  readonly signal: AbortSignal;
  readonly media2?: boolean;
  /** Instead of the service that the request belongs to; on the same device. */
  readonly at?: URL;
  /** ms; without it `CALL_MS`. */
  readonly timeoutMs?: number;
  /** Without it `REPLY_BYTES`. */
  readonly maxBytes?: number;
}

export interface DeviceInformation {
  readonly make: string;
  readonly model: string;
  readonly firmware: string;
  readonly serial: string;
}

export interface SessionRequest {
  readonly deviceUrl: string;
  readonly authentication: 'password' | 'none';
  readonly credentials: CameraCredentials;
  readonly signal: AbortSignal;
}

/** The device understood and said no; not for lack of a login, which is `unauthorised`. */
export class SoapFault extends CameraFault {
  constructor(reason: string) {
    super('notACamera', `the device refuses: ${reason}`);
    this.name = 'SoapFault';
  }
}

/** ms for one request: a slow camera over a thin link takes one or two seconds. */
export const CALL_MS = 5000;
/** The longest reply seen is the profiles of an encoder with 32 inputs: about 300 KiB. */
const REPLY_BYTES = 1024 * 1024;

const informationSchema = element({
  GetDeviceInformationResponse: element({
    Manufacturer: text.default(''),
    Model: text.default(''),
    FirmwareVersion: text.default(''),
    SerialNumber: text.default(''),
  }),
});
const servicesSchema = element({
  GetServicesResponse: element({ Service: z.array(element({ Namespace: content, XAddr: content })).default([]) }),
});
const capabilitiesSchema = element({
  GetCapabilitiesResponse: element({
    Capabilities: element({
      Media: element({ XAddr: content }).optional(),
      PTZ: element({ XAddr: content }).optional(),
      Events: element({ XAddr: content }).optional(),
    }),
  }),
});

const NAMESPACES: ReadonlyMap<string, Service> = new Map([
  ['http://www.onvif.org/ver10/media/wsdl', 'media'],
  ['http://www.onvif.org/ver20/media/wsdl', 'media2'],
  ['http://www.onvif.org/ver20/ptz/wsdl', 'ptz'],
  ['http://www.onvif.org/ver10/events/wsdl', 'events'],
]);

/**
 * Reads the clock, logs in, finds the services. Resolves only when the device has told who it is, which needs the
 * login: date, time and services do not. Rejects with `CameraFault`.
 */
export async function openSession(
  deps: { checkAddress: CheckAddress; clock: Clock },
  request: SessionRequest,
): Promise<OnvifSession> {
  const { clock } = deps;
  const { signal } = request;
  const device = await deps.checkAddress(request.deviceUrl, ['http:', 'https:'], signal);
  const { username } = request.credentials;
  const login = request.authentication === 'none' || username === '' ? null : request.credentials;
  const services = new Map<Service, URL>([['device', device.url]]);
  let clockOffsetMs: number | null = null;

  async function ask<T>(reply: z.ZodType<T>, asked: Ask, options: AskOptions & { anonymous?: boolean }): Promise<T> {
    const sender = options.anonymous === true ? null : login;
    const message = () =>
      write(asked, {
        login: sender,
        deviceNowMs: clock.now() + (clockOffsetMs ?? 0),
        media2: options.media2 ?? false,
      });
    const url = options.at ?? services.get(message().service);
    if (url === undefined) throw new SoapFault('it does not have this service');
    const { timeoutMs = CALL_MS, maxBytes = REPLY_BYTES } = options;
    const body = await exchange({ device, url, message, login: sender, signal: options.signal, timeoutMs, maxBytes });
    const parsed = reply.safeParse(body);
    if (!parsed.success)
      throw new CameraFault('notACamera', 'the device answers something else than asked', parsed.error);
    return parsed.data;
  }

  async function readClock(): Promise<number | null> {
    const sentMs = clock.now();
    try {
      const reply = await ask(dateAndTimeSchema, (cam) => cam.getSystemDateAndTime(unheard), {
        signal,
        anonymous: true,
      });
      const deviceMs = deviceTime(reply);
      return deviceMs === null ? null : clockOffset(deviceMs, sentMs, clock.now());
    } catch (error) {
      // Some devices tell the time only after the login (which then needs a clock that is right), some not at all.
      if (error instanceof SoapFault || (error instanceof CameraFault && error.kind === 'unauthorised')) return null;
      throw error;
    }
  }

  async function findServices(): Promise<void> {
    const found = await ask(servicesSchema, (cam) => cam.getServices(false, unheard), { signal })
      .then((reply) =>
        reply.GetServicesResponse.Service.map(({ Namespace, XAddr }) => [NAMESPACES.get(Namespace), XAddr] as const),
      )
      .catch(async (error: unknown) => {
        if (!(error instanceof SoapFault)) throw error;
        // Before ONVIF 2.1 there was no GetServices.
        const reply = await ask(capabilitiesSchema, (cam) => cam.getCapabilities(unheard), { signal });
        const { Media, PTZ, Events } = reply.GetCapabilitiesResponse.Capabilities;
        return [['media', Media?.XAddr] as const, ['ptz', PTZ?.XAddr] as const, ['events', Events?.XAddr] as const];
      });
    for (const [service, told] of found) {
      if (service !== undefined && told !== undefined) services.set(service, serviceUrl(device.url, told));
    }
  }

  clockOffsetMs = await readClock();
  const { GetDeviceInformationResponse: told } = await ask(
    informationSchema,
    (cam) => cam.getDeviceInformation(unheard),
    { signal },
  );
  await findServices();
  return {
    device,
    information: {
      make: told.Manufacturer,
      model: told.Model,
      firmware: told.FirmwareVersion,
      serial: told.SerialNumber,
    },
    clockOffsetMs,
    login,
    has: (service) => services.has(service),
    ask: (reply, asked, options) => ask(reply, asked, options),
  };
}

interface Exchange {
  readonly device: DeviceAddress;
  readonly url: URL;
  /** Written anew for each attempt: a device may refuse a nonce that it has seen. */
  readonly message: () => { readonly xml: string; readonly action: string };
  readonly login: CameraCredentials | null;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  readonly maxBytes: number;
}

/** Sends one message and reads the body of the reply; answers an HTTP Digest challenge once. */
async function exchange({
  device,
  url,
  message,
  login,
  signal,
  timeoutMs,
  maxBytes,
}: Exchange): Promise<Readonly<Record<string, unknown>>> {
  const post = (authorizationHeader: string | null) => {
    const { xml, action } = message();
    return httpCall({
      url,
      address: device.address,
      method: 'POST',
      headers: {
        'content-type': `application/soap+xml; charset=utf-8; action="${action}"`,
        'content-length': String(Buffer.byteLength(xml)),
        ...(authorizationHeader === null ? {} : { authorization: authorizationHeader }),
      },
      body: xml,
      timeoutMs,
      maxBytes,
      signal,
    });
  };
  let reply = await post(null);
  if (reply.status === 401 && login !== null) {
    const path = `${url.pathname}${url.search}`;
    const answer = authorization({
      challenges: reply.challenges,
      credentials: login,
      method: 'POST',
      path,
      allowBasic: false,
    });
    if (answer !== null) reply = await post(answer);
  }
  return bodyOf(reply.status, reply.body.toString('utf8'));
}

function bodyOf(status: number, xml: string): Readonly<Record<string, unknown>> {
  let body: Readonly<Record<string, unknown>>;
  try {
    body = soapBody(xml);
  } catch (error) {
    if (status === 401 || status === 403) throw unauthorised();
    throw error;
  }
  if (body.Fault === undefined) {
    if (status === 401 || status === 403) throw unauthorised();
    return body;
  }
  const said = textsIn(body.Fault).join(' ');
  if (status === 401 || /NotAuthorized|FailedAuthentication|not authori[sz]ed/i.test(said)) throw unauthorised();
  throw new SoapFault(said.slice(0, 300));
}

function unauthorised(): CameraFault {
  return new CameraFault('unauthorised', 'the device refuses user and password');
}

/** All texts of a fault, whatever version of SOAP and order a device uses. Attributes say only the language. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return value === '' ? [] : [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => (name.startsWith('@') ? [] : textsIn(inner)));
}
