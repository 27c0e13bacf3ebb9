import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import { type ConfigKey, configKeys } from './keys.ts';
import { type Config, configSchema } from './schema.ts';

/** What is wrong with the configuration, all of it at once; one line for each fault. */
export class ConfigError extends Error {
  readonly faults: readonly string[];
  constructor(faults: readonly string[]) {
    super(faults.join('\n'));
    this.name = 'ConfigError';
    this.faults = faults;
  }
}

type Environment = Readonly<Record<string, string | undefined>>;
type Raw = Record<string, Record<string, unknown>>;

/**
 * Reads the file that `TAMNHIN_CONFIG` names (JSON; none is fine), lays `TAMNHIN_…` variables over it, and gives one
 * frozen object. Throws `ConfigError` with every fault: unknown keys, unknown variables, values that are not allowed.
 */
export function loadConfig(environment: Environment = process.env): Config {
  const keys = configKeys();
  const faults: string[] = [];
  const raw = fromFile(environment.TAMNHIN_CONFIG, faults);
  layEnvironmentOver(raw, environment, keys, faults);

  const parsed = configSchema.safeParse(raw);
  if (!parsed.success) {
    for (const issue of parsed.error.issues) {
      if (issue.code === 'unrecognized_keys') {
        for (const name of issue.keys) faults.push(`${[...issue.path, name].join('.')}: there is no such key`);
      } else {
        faults.push(sentence(issue, raw, keys));
      }
    }
  }
  if (!parsed.success || faults.length > 0) throw new ConfigError([...new Set(faults)]);
  return deepFreeze(parsed.data);
}

function fromFile(path: string | undefined, faults: string[]): Raw {
  if (path === undefined) return {};
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (isRecord(value) && Object.values(value).every(isRecord)) return structuredClone(value) as Raw;
    faults.push(`TAMNHIN_CONFIG: ${path} does not hold an object of sections`);
  } catch (error) {
    faults.push(`TAMNHIN_CONFIG: ${path} cannot be read as JSON: ${error instanceof Error ? error.message : error}`);
  }
  return {};
}

function layEnvironmentOver(raw: Raw, environment: Environment, keys: readonly ConfigKey[], faults: string[]): void {
  const byVariable = new Map(keys.map((key) => [key.variable, key]));
  for (const [variable, value] of Object.entries(environment)) {
    if (!variable.startsWith('TAMNHIN_') || variable === 'TAMNHIN_CONFIG' || value === undefined) continue;
    const key = byVariable.get(variable);
    if (key === undefined) {
      faults.push(`${variable}: there is no such variable`);
      continue;
    }
    const [section = '', name = ''] = key.path.split('.');
    raw[section] = {
      ...raw[section],
      [name]: key.isList
        ? value
            .split(',')
            .map((part) => part.trim())
            .filter(Boolean)
        : value,
    };
  }
}

function sentence({ path: at, code, message }: z.core.$ZodIssue, raw: Raw, keys: readonly ConfigKey[]): string {
  const path = at.map(String);
  const key = keys.find((candidate) => candidate.path === path.slice(0, 2).join('.'));
  if (key === undefined) return `${path.join('.')}: ${message}`;
  const value = raw[path[0] ?? '']?.[path[1] ?? ''];
  const shown = key.isSecret ? '(not shown)' : JSON.stringify(value);
  // Rules of our own say what is wrong; of the others the kind of value says it.
  return `${key.path} (${key.variable}) is ${shown}; ${code === 'custom' ? message : `allowed is ${key.allowed}`}`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) deepFreeze(inner);
    Object.freeze(value);
  }
  return value;
}
