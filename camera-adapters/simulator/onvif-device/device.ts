import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createChallenge } from '../challenge.ts';
import { createDeviceService, type Service, unknownOperation, WITHOUT_LOGIN } from './device-service.ts';
import { answerProbes } from './discovery.ts';
import { createEventService, type SimulatedSignal } from './event-service.ts';
import { createMediaService } from './media-service.ts';
import { createPtzService } from './ptz-service.ts';
import { readSoap, SoapFault, tokenIsRight, writeFault, writeSoap } from './soap.ts';
import { createHead, type DeviceFacts, type OnvifDeviceOptions, type PtzState } from './state.ts';

export type { OnvifDeviceOptions, OnvifProfile, PtzState } from './state.ts';

/** A simulated ONVIF camera (Profile S), written from the specification: strict about logins, and with its own clock. */
export interface OnvifDevice {
  readonly deviceUrl: string;
  ptzState(): PtzState;
  /** Tells subscribers, for example `('tns1:VideoSource/MotionAlarm', 'State', 'true')`. */
  emit(topic: string, name: string, value: string): void;
  /** Motion or tampering begins, or ends; something crosses a line. */
  raise(what: SimulatedSignal, on?: boolean): void;
  /** How many listen. */
  subscriptions(): number;
  stop(): Promise<void>;
}

const MOST_BODY = 65_536;
const REQUEST_MS = 10_000;

/** Rejects with the system's error when the port is in use or discovery has no network. */
export async function startOnvifDevice(options: OnvifDeviceOptions): Promise<OnvifDevice> {
  const server = createServer({ requestTimeout: REQUEST_MS, headersTimeout: REQUEST_MS });
  server.maxConnections = 64;
  server.listen(options.port, options.host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const nowMs = (): number => Date.now() + (options.clockSkewMs ?? 0);
  const facts: DeviceFacts = {
    ...options,
    base: `http://${options.host}:${port}`,
    endpoint: `urn:uuid:${randomUUID()}`,
    nowMs,
  };
  const head = createHead(() => performance.now());
  const events = createEventService(facts.base, nowMs);
  const services = new Map<string, Service>([
    ['/onvif/device_service', createDeviceService(facts)],
    ['/onvif/media_service', createMediaService(facts)],
    ['/onvif/ptz_service', createPtzService(head, nowMs)],
    ['/onvif/event_service', events.service],
  ]);
  const challenge = createChallenge({ ...options, schemes: ['digest', 'basic'], qop: true });

  async function answerSoap(path: string, text: string): Promise<string> {
    const request = readSoap(text);
    if (request === null) throw new SoapFault('Sender', 'ter:WellFormed', 'this is no SOAP request');
    if (
      request.token === null ? !WITHOUT_LOGIN.has(request.operation) : !tokenIsRight(request.token, options, nowMs())
    ) {
      throw new SoapFault('Sender', 'ter:NotAuthorized', 'Sender not Authorized');
    }
    const pull = /^\/onvif\/pull\/([\w-]{36})$/.exec(path)?.[1];
    const service = pull === undefined ? services.get(path) : events.pullPoint(pull);
    const operation = service?.get(request.operation);
    return writeSoap(operation === undefined ? unknownOperation(request) : await operation(request));
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '/').split('?')[0] ?? '/';
    if (request.method === 'GET' && path === '/snapshot') {
      if (!challenge.admits(request.headers.authorization, 'GET')) {
        response.writeHead(401, { 'WWW-Authenticate': [...challenge.headers] }).end();
        return;
      }
      const jpeg = await options.snapshot();
      response.writeHead(200, { 'Content-Type': 'image/jpeg' }).end(jpeg);
      return;
    }
    if (request.method !== 'POST' || !path.startsWith('/onvif/')) {
      response.writeHead(404).end();
      return;
    }
    const text = await bodyOf(request);
    const soap = { 'Content-Type': 'application/soap+xml; charset=utf-8' };
    try {
      const answered = await answerSoap(path, text);
      response.writeHead(200, soap).end(answered);
    } catch (error) {
      const fault = error instanceof SoapFault ? error : new SoapFault('Receiver', 'ter:Action', 'the device failed');
      response.writeHead(fault.status, soap).end(writeFault(fault));
    }
  }

  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    answer(request, response).catch(() => {
      if (!response.headersSent) response.writeHead(500);
      response.end();
      request.destroy();
    });
  });

  let endDiscovery: (() => void) | undefined;
  async function stop(): Promise<void> {
    endDiscovery?.();
    events.stop();
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }
  try {
    if (options.discoveryInterface !== undefined) endDiscovery = await answerProbes(facts, options.discoveryInterface);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    deviceUrl: `${facts.base}/onvif/device_service`,
    ptzState: head.state,
    emit: events.emit,
    raise: events.raise,
    subscriptions: events.subscriptions,
    stop,
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MOST_BODY) throw new Error('the request is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
