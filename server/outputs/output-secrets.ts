import { Fault } from '#base/errors';
import type { OutputInput } from '#contracts/outputs';
import type { Target } from './output-store.ts';

type Given = {
  [K in OutputInput['kind']]: Pick<Extract<OutputInput, { kind: K }>, 'kind' | 'settings' | 'secrets'>;
}[OutputInput['kind']];

/**
 * What is left out stays as it was, what is empty goes. Throws `Fault` `invalid` where the output goes to another place
 * and a secret was left out: nobody is to have it sent elsewhere.
 */
export function withSecrets(given: Given, before?: Target): Target {
  const secrets: Record<string, string> = { ...before?.secrets };
  if (before !== undefined && placeOf(given) !== placeOf(before)) {
    const again = new Map(Object.entries(given.secrets));
    const kept = Object.keys(secrets).filter((name) => again.get(name) === undefined);
    const message = 'the output goes to another place now: give its secret again';
    const fields = kept.map((name) => ({ path: `secrets.${name}`, code: 'secretNeeded', message }));
    if (fields.length > 0) throw new Fault('invalid', 'output.secretAgain', message, { fields });
  }
  for (const [name, value] of Object.entries(given.secrets)) {
    if (value === '') delete secrets[name];
    else if (value !== undefined) secrets[name] = value;
  }
  return { ...given, secrets };
}

/** To whom the secrets of an output are shown. */
function placeOf(target: Given | Target): string {
  switch (target.kind) {
    case 'webhook':
      return new URL(target.settings.url).origin;
    case 'mail': {
      const { host, port, security, username } = target.settings;
      return JSON.stringify([host, port, security, username]);
    }
    case 'mqtt': {
      const { host, port, tls, username } = target.settings;
      return JSON.stringify([host, port, tls, username]);
    }
  }
}
