import { createHash, timingSafeEqual } from 'node:crypto';
import { XMLParser } from 'fast-xml-parser';

/** SOAP 1.2 as ONVIF uses it (Core Specification §5.8): reading requests, writing answers and faults. Pure. */
export interface SoapRequest {
  /** Namespace of the operation and its name: `http://www.onvif.org/ver10/device/wsdl` and `GetServices`. */
  readonly namespace: string;
  readonly operation: string;
  /** The operation's element. */
  readonly body: XmlNode;
  /** The UsernameToken (WS-Security 1.1 profile), where there is one. */
  readonly token: UsernameToken | null;
  /** The address that the request is for, by WS-Addressing; empty without. */
  readonly messageId: string;
}

export interface UsernameToken {
  readonly username: string;
  readonly digest: string;
  readonly nonce: string;
  readonly created: string;
}

/** An element; names are without prefix. */
export interface XmlNode {
  /** Text of the first element on this path of names, or `''`. */
  text(...path: string[]): string;
  /** Attribute of the first element on this path, or `''`. */
  attribute(name: string, ...path: string[]): string;
  has(...path: string[]): boolean;
}

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  parseTagValue: false,
  parseAttributeValue: false,
  processEntities: false,
  ignoreDeclaration: true,
  // Prefixes are resolved here, because the operation is named by its namespace.
  removeNSPrefix: false,
  isArray: (_, __, ___, isAttribute) => !isAttribute,
});

type Raw = Readonly<Record<string, unknown>>;

/** `null` for what is no SOAP request, or brings a document type (XML 1.0 §2.8), which no camera's client sends. */
export function readSoap(text: string): SoapRequest | null {
  if (text.includes('<!DOCTYPE')) return null;
  let document: unknown;
  try {
    document = parser.parse(text);
  } catch {
    return null;
  }
  const envelope = firstChild(document, 'Envelope');
  const body = envelope && firstChild(envelope.node, 'Body');
  const [name, node] = Object.entries(body?.node ?? {})
    .map(([key, value]) => [key, Array.isArray(value) ? (value[0] as unknown) : undefined] as const)
    .find(([key]) => !key.startsWith('@') && !key.startsWith('#')) ?? [undefined, undefined];
  if (envelope === undefined || body === undefined || name === undefined) return null;
  const element = isRaw(node) ? node : {};
  const header = toNode(firstChild(envelope.node, 'Header')?.node ?? {});
  const at = ['Security', 'UsernameToken'];
  return {
    namespace: namespaceOf(name, [element, body.node, envelope.node]),
    operation: localName(name),
    body: toNode(element),
    token: header.has(...at)
      ? {
          username: header.text(...at, 'Username'),
          digest: header.text(...at, 'Password'),
          nonce: header.text(...at, 'Nonce'),
          created: header.text(...at, 'Created'),
        }
      : null,
    messageId: header.text('MessageID'),
  };
}

/** PasswordDigest = Base64(SHA-1(nonce + created + password)), Web Services Security UsernameToken Profile §3.1. */
export function tokenIsRight(
  token: UsernameToken,
  secret: { username: string; password: string },
  deviceNowMs: number,
): boolean {
  const createdMs = Date.parse(token.created);
  if (!(Math.abs(deviceNowMs - createdMs) <= TOKEN_AGE_MS)) return false;
  const nonce = Buffer.from(token.nonce, 'base64');
  const right = createHash('sha1').update(nonce).update(token.created).update(secret.password).digest();
  const given = Buffer.from(token.digest, 'base64');
  return token.username === secret.username && given.length === right.length && timingSafeEqual(given, right);
}

/** Real devices refuse tokens that are older by their own clock; many allow less. */
const TOKEN_AGE_MS = 5000;

export const escapeXml = (text: string): string =>
  text.replace(/[<>&"']/g, (character) => `&#${character.charCodeAt(0)};`);

const NAMESPACES: readonly (readonly [string, string])[] = [
  ['s', 'http://www.w3.org/2003/05/soap-envelope'],
  ['a', 'http://www.w3.org/2005/08/addressing'],
  ['wsnt', 'http://docs.oasis-open.org/wsn/b-2'],
  ['tt', 'http://www.onvif.org/ver10/schema'],
  ['tds', 'http://www.onvif.org/ver10/device/wsdl'],
  ['trt', 'http://www.onvif.org/ver10/media/wsdl'],
  ['tptz', 'http://www.onvif.org/ver20/ptz/wsdl'],
  ['tev', 'http://www.onvif.org/ver10/events/wsdl'],
  ['tns1', 'http://www.onvif.org/ver10/topics'],
  ['ter', 'http://www.onvif.org/ver10/error'],
  ['d', 'http://schemas.xmlsoap.org/ws/2005/04/discovery'],
  ['dn', 'http://www.onvif.org/ver10/network/wsdl'],
];
const DECLARED = NAMESPACES.map(([prefix, uri]) => `xmlns:${prefix}="${uri}"`).join(' ');

export function writeSoap(body: string, header = ''): string {
  return `<?xml version="1.0" encoding="UTF-8"?><s:Envelope ${DECLARED}><s:Header>${header}</s:Header><s:Body>${body}</s:Body></s:Envelope>`;
}

/** A refusal: `Sender` means that the client is to blame. `code` as in the Core Specification §5.8.2. */
export class SoapFault extends Error {
  readonly party: 'Sender' | 'Receiver';
  readonly code: string;
  readonly status: number;
  constructor(party: 'Sender' | 'Receiver', code: string, reason: string) {
    super(reason);
    this.name = 'SoapFault';
    this.party = party;
    this.code = code;
    this.status = party === 'Sender' ? 400 : 500;
  }
}

export function writeFault(fault: SoapFault): string {
  return writeSoap(
    `<s:Fault><s:Code><s:Value>s:${fault.party}</s:Value><s:Subcode><s:Value>${fault.code}</s:Value></s:Subcode></s:Code><s:Reason><s:Text xml:lang="en">${escapeXml(fault.message)}</s:Text></s:Reason></s:Fault>`,
  );
}

const isRaw = (value: unknown): value is Raw => typeof value === 'object' && value !== null && !Array.isArray(value);
const localName = (name: string): string => name.slice(name.indexOf(':') + 1);

function firstChild(node: unknown, name: string): { node: Raw } | undefined {
  if (!isRaw(node)) return undefined;
  for (const [key, value] of Object.entries(node)) {
    if (localName(key) !== name || key.startsWith('@') || !Array.isArray(value)) continue;
    const first: unknown = value[0];
    return { node: isRaw(first) ? first : { '#text': String(first ?? '') } };
  }
  return undefined;
}

function namespaceOf(name: string, scopes: readonly Raw[]): string {
  const colon = name.indexOf(':');
  const attribute = colon < 0 ? '@xmlns' : `@xmlns:${name.slice(0, colon)}`;
  for (const scope of scopes) if (typeof scope[attribute] === 'string') return scope[attribute];
  return '';
}

function toNode(raw: Raw): XmlNode {
  const find = (path: readonly string[]): Raw | undefined =>
    path.reduce<Raw | undefined>((at, name) => firstChild(at, name)?.node, raw);
  return {
    text: (...path) => String(find(path)?.['#text'] ?? '').trim(),
    attribute: (name, ...path) => String(find(path)?.[`@${name}`] ?? ''),
    has: (...path) => find(path) !== undefined,
  };
}
