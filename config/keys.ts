import { z } from 'zod';
import { configSchema } from './schema.ts';

/** One key of the configuration, as the loader, the reference and the error messages see it. */
export interface ConfigKey {
  /** `server.port`. */
  readonly path: string;
  /** `TAMNHIN_SERVER_PORT`. */
  readonly variable: string;
  readonly description: string;
  /** What is allowed, in words: `a whole number from 0 to 65535`. */
  readonly allowed: string;
  /** As JSON; `undefined` when there is none. */
  readonly fallback: string | undefined;
  readonly isList: boolean;
  /** Its value is never printed. */
  readonly isSecret: boolean;
}

/** What `z.toJSONSchema` says of one key, and our own two words beside it. */
const keyShape = z.object({
  type: z.string().optional(),
  description: z.string().default(''),
  default: z.unknown().optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  minLength: z.number().optional(),
  enum: z.array(z.string()).optional(),
  format: z.string().optional(),
  items: z.object({ enum: z.array(z.string()).optional() }).optional(),
  env: z.string().optional(),
  secret: z.boolean().default(false),
});
type KeyShape = z.output<typeof keyShape>;

const schemaShape = z.object({
  properties: z.record(z.string(), z.object({ properties: z.record(z.string(), keyShape) })),
});

/** Every key, in the order of the sections. */
export function configKeys(): readonly ConfigKey[] {
  const { properties } = schemaShape.parse(z.toJSONSchema(configSchema, { io: 'output' }));
  return Object.entries(properties).flatMap(([section, { properties: keys }]) =>
    Object.entries(keys).map(([name, shape]) => ({
      path: `${section}.${name}`,
      variable: shape.env ?? `TAMNHIN_${snake(section)}_${snake(name)}`,
      description: shape.description,
      allowed: allowedIn(shape),
      fallback: shape.default === undefined ? undefined : JSON.stringify(shape.default),
      isList: shape.type === 'array',
      isSecret: shape.secret,
    })),
  );
}

function snake(camel: string): string {
  return camel.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}

function allowedIn(shape: KeyShape): string {
  if (shape.enum) return `one of ${shape.enum.join(', ')}`;
  if (shape.items?.enum) return `a list of ${shape.items.enum.join(', ')}`;
  if (shape.type === 'array') return 'a list of texts';
  if (shape.type === 'integer') return `a whole number from ${shape.minimum} to ${shape.maximum}`;
  if (shape.type === 'number') return `a number from ${shape.minimum} to ${shape.maximum}`;
  if (shape.type === 'boolean') return 'true or false';
  if (shape.format === 'uri') return 'an address such as https://ioc.example.vn';
  return shape.minLength && shape.minLength > 1 ? `a text of at least ${shape.minLength} characters` : 'a text';
}
