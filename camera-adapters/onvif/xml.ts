import { XMLParser } from 'fast-xml-parser';
import { z } from 'zod';
import { CameraFault } from '../adapter.ts';

/**
 * What a device sends, as plain objects: names without their prefix, attributes under `@name`, and every text as it
 * stands. Firmware "1.10" is not 1.1, a token "1" is not a number, a serial of 20 digits keeps them all.
 */

/** Elements that may be repeated; a single one is a list, too. */
const REPEATED = new Set([
  'Profiles',
  'Service',
  'Preset',
  'ProbeMatch',
  'Scopes',
  'ContinuousPanTiltVelocitySpace',
  'ContinuousZoomVelocitySpace',
  'NotificationMessage',
  'SimpleItem',
]);

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  removeNSPrefix: true,
  parseTagValue: false,
  parseAttributeValue: false,
  // Decodes character references such as &#x1EA7;. Entities of a DOCTYPE are refused before.
  htmlEntities: true,
  maxNestedTags: 50,
  isArray: (name) => REPEATED.has(String(name)),
});

const envelopeSchema = z.object({ Envelope: z.object({ Body: z.record(z.string(), z.unknown()) }) });

/** The content of a SOAP body. Throws `CameraFault` `notACamera` for anything that is no SOAP. */
export function soapBody(xml: string): Readonly<Record<string, unknown>> {
  // Entities are how a small document becomes a large one; no ONVIF message declares any (SOAP 1.2 §5).
  if (xml.includes('<!DOCTYPE') || xml.includes('<!ENTITY')) throw noSoap();
  try {
    return envelopeSchema.parse(parser.parse(xml, true)).Envelope.Body;
  } catch (error) {
    throw noSoap(error);
  }
}

function noSoap(cause?: unknown): CameraFault {
  return new CameraFault('notACamera', 'what answers there does not speak ONVIF', cause);
}

/** Text of an element, with attributes or without, for machines: addresses and lists of them. */
export const content = z.union([
  z.string(),
  z.object({ '#text': z.string().default('') }).transform((element) => element['#text']),
]);

/** The same for people: cut, so that a device cannot fill our pages. */
export const text = content.transform((value) => clean(value));

/** A text that addresses something: never cut. */
export const token = z.string().min(1).max(256);

/** An empty text is no number. */
export const number = text.pipe(z.string().min(1)).transform(Number).pipe(z.number());

/** An element with children; an empty one counts as having none. */
export function element<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.preprocess((value) => (value === '' ? {} : value), z.object(shape));
}

/** Without control characters, on one line, at most 200 characters. */
export function clean(value: string): string {
  return value
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, 200);
}

export function escapeXml(value: string): string {
  return value.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
