import { expect, it } from 'vitest';
import { createLogger, createSecretRegister } from './log.ts';

function logInto(lines: string[]): ReturnType<typeof createLogger> {
  const secrets = createSecretRegister();
  secrets.add('hunter2"x');
  return createLogger({ level: 'info', secrets, write: (line) => lines.push(line) });
}

it('blanks known secrets in every form that a line can hold', () => {
  const lines: string[] = [];
  const log = logInto(lines);
  log.info({ url: `rtsp://h/?p=${encodeURIComponent('hunter2"x')}` }, 'plain hunter2"x');
  log.error({ err: new Error('login hunter2"x failed') }, 'error');
  expect(lines).toHaveLength(2);
  expect(lines.join('')).not.toMatch(/hunter2/);
});

it('blanks user and password of any address, known or not', () => {
  const lines: string[] = [];
  logInto(lines).info('dialling rtsp://admin:Unknown-pass@10.0.0.8:554/stream and http://u:p@[::1]/x');
  expect(lines[0]).toContain('rtsp://***@10.0.0.8:554/stream and http://***@[::1]/x');
});
