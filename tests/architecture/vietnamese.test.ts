import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = resolve(fileURLToPath(new URL('../..', import.meta.url)));

/** Words such as xoá, toạ độ, huỷ are written both ways; side by side on one page they look like a mistake. */
it('has the tone of oa, oe and uy on the same letter everywhere', () => {
  const wrong: string[] = [];
  for (const folder of ['player', 'server', 'config']) {
    for (const entry of readdirSync(join(root, folder), { recursive: true, withFileTypes: true })) {
      const file = join(entry.parentPath, entry.name);
      if (!entry.isFile() || !/\.(tsx?|json)$/.test(entry.name) || /\.test\./.test(entry.name)) continue;
      const text = readFileSync(file, 'utf8').normalize('NFC');
      for (const [word] of text.matchAll(/(?<!\p{L})\p{L}{0,3}(?:[óòỏõọ][ae]|[úùủũụ]y)(?!\p{L})/giu)) {
        if (!/^qu/i.test(word)) wrong.push(`${relative(root, file)}: ${word}`);
      }
    }
  }
  expect(wrong).toEqual([]);
});
