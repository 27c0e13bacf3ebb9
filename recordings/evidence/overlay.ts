import sharp from 'sharp';
import type { PrivacyMask } from '#contracts/camera';

/** What is burnt into the pictures of an exported file. */
export interface Overlay {
  readonly masks: readonly PrivacyMask[];
  /** Lines of text, one below another, as `watermarkLines` makes them; `null` for none. */
  readonly watermark: readonly string[] | null;
}

const LONGEST_LINE = 100;

/** Who, when and which case: what each repetition of a watermark says. */
export function watermarkLines(about: {
  readonly name: string;
  readonly timeMs: number;
  readonly caseNumber: string;
}): readonly string[] {
  return [about.name, [momentOf(about.timeMs), about.caseNumber].filter((part) => part !== '').join(' · ')]
    .map(oneLine)
    .filter((line) => line !== '');
}

/** `2026-11-25 08:00:00 +07:00`: by the server's clock and zone. */
function momentOf(timeMs: number): string {
  const offset = -new Date(timeMs).getTimezoneOffset();
  const two = (value: number): string => String(Math.trunc(value)).padStart(2, '0');
  const local = new Date(timeMs + offset * 60_000).toISOString().slice(0, 19).replace('T', ' ');
  return `${local} ${offset < 0 ? '-' : '+'}${two(Math.abs(offset) / 60)}:${two(Math.abs(offset) % 60)}`;
}

/** Names come from people: no line ends, nothing that cannot be seen or that turns the direction of the text. */
function oneLine(text: string): string {
  const clean = text.replaceAll(/[\p{C}\s]+/gu, ' ').trim();
  const letters = [...clean];
  return letters.length <= LONGEST_LINE ? clean : `${letters.slice(0, LONGEST_LINE - 1).join('')}…`;
}

/**
 * A PNG that covers what the masks cover, and lets the rest through but for the watermark; both sides are rounded up to
 * even numbers, as the encoder does. Throws when the machine has no font for the watermark.
 */
export async function drawOverlay(overlay: Overlay, size: { width: number; height: number }): Promise<Buffer> {
  const [width, height] = [size.width + (size.width % 2), size.height + (size.height % 2)];
  if (overlay.watermark !== null) {
    // What is drawn where no font is found is nothing, without a word.
    const probe = svg(64, 32, '<text y="24" font-size="24" fill="#fff">A</text>');
    const { channels } = await sharp(Buffer.from(probe)).stats();
    if (channels[3]?.max === 0) throw new Error('no font on this machine: the watermark cannot be drawn');
  }
  const layers = [
    overlay.watermark === null ? '' : watermark(overlay.watermark, width, height),
    // On top: a mask is one flat colour, with nothing in it that could be mistaken for picture.
    ...overlay.masks.map((mask) => polygon(mask, size)),
  ];
  return sharp(Buffer.from(svg(width, height, layers.join(''))))
    .png()
    .toBuffer();
}

function svg(width: number, height: number, content: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${content}</svg>`;
}

/** A hem of two pixels: half-covered ones at the edge, and colours that 4:2:0 shares between four, are covered too. */
function polygon({ points }: PrivacyMask, { width, height }: { width: number; height: number }): string {
  const corners = points.map(([x, y]) => `${x * width},${y * height}`).join(' ');
  return `<polygon points="${corners}" fill="#000" stroke="#000" stroke-width="4" stroke-linejoin="round" fill-rule="nonzero"/>`;
}

/**
 * Slanted, all over the picture, in rows that are shifted against each other: whatever is cut out has one in it. Light
 * letters with a dark rim can be read on anything, and hide little.
 */
function watermark(lines: readonly string[], width: number, height: number): string {
  const size = Math.max(12, Math.round(Math.min(width, height) / 26));
  const longest = Math.max(...lines.map((line) => [...line].length));
  const [stepX, stepY] = [longest * size * 0.62 + size * 3, size * (lines.length * 1.3 + 3)];
  const reach = Math.hypot(width, height);
  const texts: string[] = [];
  for (let [row, y] = [0, -reach / 2]; y < reach / 2 + stepY; y += stepY, row += 1) {
    for (let x = -reach / 2 - (row % 2) * (stepX / 2); x < reach / 2; x += stepX) {
      lines.forEach((line, at) => {
        texts.push(`<text x="${x.toFixed(1)}" y="${(y + at * size * 1.3).toFixed(1)}">${escaped(line)}</text>`);
      });
    }
  }
  return (
    `<g transform="translate(${width / 2} ${height / 2}) rotate(-20)" font-family="DejaVu Sans, Noto Sans, sans-serif" ` +
    `font-size="${size}" fill="#fff" fill-opacity="0.3" stroke="#000" stroke-opacity="0.22" ` +
    `stroke-width="${(size / 12).toFixed(2)}" paint-order="stroke" xml:space="preserve">${texts.join('')}</g>`
  );
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (letter) => ENTITIES[letter] ?? '');
}
