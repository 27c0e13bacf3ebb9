import { type Logger as PinoLogger, pino } from 'pino';

/** Structured logs, one JSON line each. Secrets are blanked in the writer itself, whoever logs them. */
export type Logger = PinoLogger;

export interface SecretRegister {
  /** From now on `secret` and its URL-encoded form are blanked in every line. Short ones (under 4) are ignored. */
  add(secret: string): void;
  /** `text` with every known secret, and every user-info part of an address, replaced by `***`. */
  blank(text: string): string;
}

const USER_INFO = /([a-z][a-z0-9+.-]*:\/\/)[^\s/?#"'@\\]*:[^\s/?#"'\\]*@/gi;

export function createSecretRegister(): SecretRegister {
  const known = new Set<string>();
  return {
    add(secret) {
      if (secret.length < 4) return;
      for (const form of [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)]) known.add(form);
    },
    blank(text) {
      let blanked = text.replace(USER_INFO, '$1***@');
      for (const secret of known) if (blanked.includes(secret)) blanked = blanked.replaceAll(secret, '***');
      return blanked;
    },
  };
}

/** `write` gets whole lines; by default they go to standard output. */
export function createLogger(options: {
  level: string;
  secrets: SecretRegister;
  write?: (line: string) => void;
}): Logger {
  const write = options.write ?? ((line: string) => void process.stdout.write(line));
  return pino(
    { level: options.level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    { write: (line: string) => write(options.secrets.blank(line)) },
  );
}

/** For tests and for callers that want no output. */
export function silentLogger(): Logger {
  return pino({ level: 'silent' });
}
