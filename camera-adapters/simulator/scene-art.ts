/**
 * Shapes of the synthetic scenes, drawn by us as SVG in a flat style. Everything that moves looks to the right, stands
 * on the lower edge of its box, and is measured in pixels of a view of 1280 × 720.
 */
export interface Shape {
  readonly width: number;
  readonly height: number;
  /** SVG without its root. */
  readonly body: string;
}

export const rect = (x: number, y: number, w: number, h: number, fill: string, more = ''): string =>
  `<rect x="${x}" y="${y}" width="${w}" height="${h}" fill="${fill}" ${more}/>`;
export const circle = (x: number, y: number, r: number, fill: string, more = ''): string =>
  `<circle cx="${x}" cy="${y}" r="${r}" fill="${fill}" ${more}/>`;
export const ellipse = (x: number, y: number, rx: number, ry: number, fill: string, more = ''): string =>
  `<ellipse cx="${x}" cy="${y}" rx="${rx}" ry="${ry}" fill="${fill}" ${more}/>`;
/** `points` as SVG writes them: `x,y x,y …`. */
export const polygon = (points: string, fill: string, more = ''): string =>
  `<polygon points="${points}" fill="${fill}" ${more}/>`;
export const line = (d: string, stroke: string, width: number, more = ''): string =>
  `<path d="${d}" fill="none" stroke="${stroke}" stroke-width="${width}" stroke-linecap="round" stroke-linejoin="round" ${more}/>`;

/** `count` things beside each other, or whatever `draw` makes of the index. */
export const repeat = (count: number, draw: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => draw(index)).join('');

const SKIN = '#c68f6a';
const shadow = (x: number, y: number, rx: number): string => ellipse(x, y, rx, 5, '#000', 'opacity="0.28"');
const wheel = (x: number, y: number, r: number): string =>
  circle(x, y, r, '#17191d') + circle(x, y, r * 0.45, '#8d949c');
/** Two beams of light, for the night; wider than the vehicle. */
const beam = (x: number, y: number): string =>
  polygon(`${x},${y - 4} ${x + 120},${y - 26} ${x + 120},${y + 26} ${x},${y + 4}`, '#fff3c4', 'opacity="0.32"');

export function person(clothes: string, trousers = '#2c3442', hat: 'none' | 'cone' | 'cap' = 'none'): Shape {
  return {
    width: 44,
    height: 110,
    body: [
      shadow(22, 105, 18),
      line('M20 66 L14 102 M24 66 L31 102', trousers, 9),
      rect(11, 28, 22, 42, clothes, 'rx="9"'),
      line('M14 36 L8 62 M31 36 L37 60', clothes, 7),
      circle(22, 18, 10, SKIN),
      hat === 'cone'
        ? polygon('2,18 22,1 42,18', '#e0c58a')
        : hat === 'cap'
          ? `<path d="M11 16a11 11 0 0 1 22 0l7 1h-29z" fill="#1f4c7a"/>`
          : `<path d="M11 18a11 11 0 0 1 22-2q-10-3-22 2z" fill="#22252b"/>`,
    ].join(''),
  };
}

export function motorbike(paint: string, clothes: string, lights = false): Shape {
  return {
    width: lights ? 260 : 140,
    height: 122,
    body: [
      lights ? beam(122, 72) : '',
      shadow(68, 116, 58),
      wheel(28, 96, 20),
      wheel(110, 96, 20),
      line('M28 96 L52 72 L92 78 L104 54 L110 96', paint, 10),
      polygon('34,66 78,64 88,82 50,92', paint),
      rect(28, 60, 44, 9, '#23262b', 'rx="4"'),
      line('M96 50 L106 46', '#33383f', 6),
      line('M54 58 L78 66 L76 90', '#2c3442', 11),
      polygon('40,60 48,24 66,26 66,60', clothes),
      line('M60 32 L80 46 L98 50', clothes, 8),
      circle(60, 15, 12, '#d9dde2'),
      rect(60, 12, 12, 8, '#2a3038', 'rx="3"'),
      lights ? circle(112, 64, 6, '#fff7d6') : circle(112, 64, 5, '#e9e2c4'),
      circle(18, 68, 4, '#d33a2c'),
    ].join(''),
  };
}

export function car(paint: string, lights = false): Shape {
  return {
    width: lights ? 370 : 250,
    height: 96,
    body: [
      lights ? beam(240, 62) : '',
      shadow(124, 90, 112),
      `<path d="M8 72 Q6 50 34 46 L70 18 Q76 12 88 12 H150 Q162 12 172 22 L196 46 Q238 48 242 66 L240 76 H8z" fill="${paint}"/>`,
      '<path d="M78 44 L98 20 H118 V44z M126 44 V20 H148 Q156 20 162 28 L174 44z" fill="#27323d"/>',
      line('M122 22 V74', '#0000003a', 2),
      rect(8, 70, 234, 6, '#00000035'),
      wheel(58, 74, 18),
      wheel(192, 74, 18),
      rect(232, 54, 10, 8, lights ? '#fffbe0' : '#e8e3cd', 'rx="3"'),
      rect(8, 52, 8, 9, '#c8342b', 'rx="3"'),
    ].join(''),
  };
}

export function truck(cabin: string, box: string, lights = false): Shape {
  return {
    width: lights ? 480 : 360,
    height: 168,
    body: [
      lights ? beam(352, 128) : '',
      shadow(180, 162, 166),
      rect(6, 12, 250, 122, box, 'rx="4"'),
      repeat(6, (at) => rect(44 + at * 40, 16, 2, 114, '#00000022')),
      `<path d="M262 134 V44 H318 Q330 44 334 56 L350 96 V134z" fill="${cabin}"/>`,
      '<path d="M288 56 H314 Q322 56 326 66 L334 90 H288z" fill="#27323d"/>',
      rect(6, 130, 344, 12, '#2a2d33'),
      wheel(66, 142, 20),
      wheel(112, 142, 20),
      wheel(308, 142, 20),
      rect(342, 112, 8, 12, lights ? '#fffbe0' : '#e8e3cd'),
    ].join(''),
  };
}

export function forklift(): Shape {
  return {
    width: 190,
    height: 140,
    body: [
      shadow(90, 134, 84),
      rect(120, 62, 64, 50, '#b98a53'),
      line('M120 87 H184 M152 62 V112', '#8d673a', 3),
      rect(114, 12, 7, 118, '#3a3f47'),
      rect(114, 118, 68, 6, '#3a3f47'),
      polygon('10,124 10,78 56,70 108,84 108,124', '#e3a21c'),
      line('M28 76 L36 22 H92 L104 82', '#3a3f47', 6),
      rect(50, 46, 20, 36, '#d95f2b', 'rx="7"'),
      circle(61, 38, 10, '#f2d23c'),
      wheel(34, 118, 16),
      wheel(94, 118, 16),
    ].join(''),
  };
}

export function bicycle(clothes: string): Shape {
  return {
    width: 120,
    height: 118,
    body: [
      shadow(60, 113, 50),
      ...[24, 94].map((x) => `<circle cx="${x}" cy="92" r="20" fill="none" stroke="#23262b" stroke-width="4"/>`),
      line('M24 92 L46 62 L82 62 L60 92 L46 62 M60 92 H24 M82 62 L78 50 H88 M82 62 L94 92', '#3d7c5c', 4),
      line('M48 54 L66 70 L60 90', '#2c3442', 9),
      polygon('38,56 46,24 62,26 58,56', clothes),
      line('M56 32 L82 50', clothes, 7),
      circle(57, 15, 10, SKIN),
      polygon('38,15 57,0 76,15', '#e0c58a'),
    ].join(''),
  };
}

export function boat(hull: string): Shape {
  return {
    width: 300,
    height: 116,
    body: [
      '<path d="M4 70 Q20 66 40 72 H240 Q276 68 296 54 Q284 96 252 100 H48 Q14 98 4 70z" fill="#1d2b30" opacity="0.35" transform="translate(0 10)"/>',
      `<path d="M4 64 Q20 60 40 68 H240 Q276 62 296 46 Q284 92 252 96 H48 Q14 94 4 64z" fill="${hull}"/>`,
      rect(70, 26, 110, 42, '#a7835a'),
      '<path d="M58 28 Q124 2 192 28z" fill="#6f5436"/>',
      repeat(3, (at) => rect(82 + at * 34, 36, 22, 16, '#33424a')),
      rect(214, 34, 16, 34, '#3c6b8f', 'rx="6"'),
      circle(222, 26, 8, SKIN),
      polygon('208,26 222,12 236,26', '#e0c58a'),
      line('M30 96 Q70 104 110 98 M180 98 Q220 106 256 98', '#ffffff88', 3),
    ].join(''),
  };
}

export function dog(): Shape {
  return {
    width: 74,
    height: 50,
    body: [
      shadow(36, 46, 26),
      line('M18 26 L14 46 M26 28 L28 46 M48 28 L46 46 M54 26 L60 46', '#7b5a38', 6),
      rect(12, 16, 46, 16, '#8f6a43', 'rx="8"'),
      circle(60, 13, 9, '#8f6a43'),
      line('M64 16 L71 17 M14 20 L4 10', '#7b5a38', 5),
    ].join(''),
  };
}

/** A barrier arm, raised by moving it. */
export function barrier(): Shape {
  return {
    width: 420,
    height: 20,
    body: rect(0, 4, 420, 12, '#f4f4f0') + repeat(7, (at) => rect(10 + at * 60, 4, 30, 12, '#c8342b')),
  };
}

const LETTERS: readonly string[] = [
  'M0 0V20H7Q14 20 14 10T7 0z',
  'M12 0H0V20H12M0 10H10',
  'M0 20V0L8 12L16 0V20',
  'M8 0Q0 0 0 10T8 20T16 10T8 0z',
];

/** The word DEMO without any font, so that no machine shows it without. */
export function demoMark(): Shape {
  const at = [12, 38, 62, 92];
  const letters = LETTERS.map((d, index) => `<g transform="translate(${at[index] ?? 0} 10)">${line(d, '#fff', 4)}</g>`);
  return { width: 122, height: 40, body: rect(0, 0, 122, 40, '#b3261e', 'rx="5"') + letters.join('') };
}
