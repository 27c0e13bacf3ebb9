import { createSocket, type RemoteInfo } from 'node:dgram';
import { once } from 'node:events';
import { scopesOf } from './device-service.ts';
import { escapeXml, readSoap, writeSoap } from './soap.ts';
import type { DeviceFacts } from './state.ts';

const GROUP = '239.255.255.250';
const PORT = 3702;
const MATCHES = 'http://schemas.xmlsoap.org/ws/2005/04/discovery/ProbeMatches';

/** The answer to a Probe (WS-Discovery §5.3), or `null` for anything that is none for us. */
export function probeMatches(device: DeviceFacts, text: string): string | null {
  const request = readSoap(text);
  if (request?.operation !== 'Probe') return null;
  const types = request.body.text('Types');
  if (types !== '' && !/(^|\s|:)(NetworkVideoTransmitter|Device)(\s|$)/.test(types)) return null;
  const header = `<a:RelatesTo>${escapeXml(request.messageId)}</a:RelatesTo><a:Action>${MATCHES}</a:Action>`;
  return writeSoap(
    `<d:ProbeMatches><d:ProbeMatch><a:EndpointReference><a:Address>${device.endpoint}</a:Address></a:EndpointReference><d:Types>dn:NetworkVideoTransmitter</d:Types><d:Scopes>${escapeXml(scopesOf(device).join(' '))}</d:Scopes><d:XAddrs>${device.base}/onvif/device_service</d:XAddrs><d:MetadataVersion>1</d:MetadataVersion></d:ProbeMatch></d:ProbeMatches>`,
    header,
  );
}

/** Answers probes on one interface. Rejects when the port cannot be shared or the group not be joined. */
export async function answerProbes(device: DeviceFacts, interfaceAddress: string): Promise<() => void> {
  const socket = createSocket({ type: 'udp4', reuseAddr: true });
  socket.on('message', (message: Buffer, from: RemoteInfo) => {
    const answer = message.length > 8192 ? null : probeMatches(device, message.toString('utf8'));
    if (answer !== null) socket.send(answer, from.port, from.address, () => {});
  });
  try {
    socket.bind(PORT);
    await once(socket, 'listening');
    socket.addMembership(GROUP, interfaceAddress);
  } catch (error) {
    socket.close();
    throw error;
  }
  socket.on('error', () => {});
  return () => socket.close();
}
