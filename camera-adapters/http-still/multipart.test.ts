import { describe, expect, it } from 'vitest';
import { CameraFault } from '../adapter.ts';
import { createMultipartReader } from './multipart.ts';

function read(text: string, chunkBytes: number, boundary = 'frame', mostPartBytes = 1000): string[] {
  const parts: string[] = [];
  const onPart = (bytes: Uint8Array): void => void parts.push(Buffer.from(bytes).toString('latin1'));
  const reader = createMultipartReader({ boundary, mostPartBytes, onPart });
  const bytes = Buffer.from(text, 'latin1');
  for (let at = 0; at < bytes.length; at += chunkBytes) reader.push(bytes.subarray(at, at + chunkBytes));
  return parts;
}

const head = (length?: number): string =>
  `Content-Type: image/jpeg\r\n${length === undefined ? '' : `Content-Length: ${length}\r\n`}\r\n`;

describe.each([1, 3, 17, 4096])('in chunks of %i bytes', (chunk) => {
  it.each([
    ['with lengths', `--frame\r\n${head(3)}one\r\n--frame\r\n${head(5)}three\r\n--frame\r\n`, ['one', 'three']],
    [
      'without lengths',
      `--frame\r\n${head()}one\r\n--frame\r\n${head()}three\r\n--frame\r\n`,
      ['one\r\n', 'three\r\n'],
    ],
    [
      'a boundary inside of a part with a length',
      `--frame\r\n${head(7)}--frame\r\n--frame\r\n${head(1)}x`,
      ['--frame', 'x'],
    ],
    ['a preamble and line feeds alone', `hello\n--frame\nContent-Length: 2\n\nok\n--frame\n`, ['ok']],
    ['header names in small letters', '--frame\r\ncontent-length:   2\r\n\r\nok', ['ok']],
    ['an empty part', `--frame\r\n${head(0)}--frame\r\n${head(1)}x`, ['', 'x']],
  ])('%s', (_name, text, parts) => {
    expect(read(text, chunk)).toEqual(parts);
  });

  it('takes a boundary that already has its dashes', () => {
    expect(read(`--frame\r\n${head(1)}x`, chunk, '--frame')).toEqual(['x']);
  });

  it.each([
    ['a length beyond the bound', `--frame\r\n${head(1001)}`],
    ['a part without an end', `--frame\r\n${head()}${'x'.repeat(20_000)}`],
    ['headers without an end', `--frame\r\n${'x'.repeat(20_000)}`],
  ])('ends on %s', (_name, text) => {
    expect(() => read(text, chunk)).toThrow(CameraFault);
  });
});

it('skips for ever what is no part, without keeping it', () => {
  const reader = createMultipartReader({ boundary: 'frame', mostPartBytes: 1000, onPart: () => {} });
  for (let i = 0; i < 2000; i += 1) reader.push(Buffer.alloc(10_000, 'x'));
});

it('reads a thousand parts in time that grows with their bytes only', () => {
  const part = `--frame\r\n${head(50_000)}${'x'.repeat(50_000)}\r\n`;
  expect(read(part.repeat(200), 1460, 'frame', 60_000)).toHaveLength(200);
});
