import { box, disc, line, mirrored, type Sprite, shape } from './picture.ts';

/** All of them drive to the right; `leftwards` turns them. */
export const leftwards = mirrored;

export function car(colour: string, lights = false): Sprite {
  return {
    width: 96,
    height: 40,
    svg:
      shape('M6 30 Q4 18 16 17 L28 6 Q30 4 34 4 H60 Q64 4 67 7 L77 17 Q92 18 92 26 V31 H6 z', colour) +
      shape('M33 8 H46 V17 H24 z M50 8 H60 L70 17 H50 z', '#24343f') +
      box(86, 20, 6, 4, '#fff3c4') +
      box(5, 20, 4, 5, '#b3261e') +
      wheel(24, 31) +
      wheel(74, 31) +
      (lights ? shape('M92 20 L96 16 V32 L92 26 z', '#fff3c4', 'opacity="0.8"') : ''),
  };
}

export function motorbike(shirt: string, frame: string, helmet = '#f2f2f2'): Sprite {
  return {
    width: 56,
    height: 56,
    svg:
      disc(11, 46, 9, '#1c1c1c') +
      disc(11, 46, 4, '#8f979c') +
      disc(45, 46, 9, '#1c1c1c') +
      disc(45, 46, 4, '#8f979c') +
      shape('M10 42 L16 32 H30 L36 38 L42 28 L47 46 L40 46 L34 44 H18 z', frame) +
      line('M38 26 L44 44', '#5b6369', 3) +
      line('M24 32 L34 38 L31 46', '#2b3550', 5) +
      shape('M18 32 Q18 17 26 15 Q31 16 30 24 L28 33 z', shirt) +
      line('M27 19 L38 27', shirt, 4) +
      disc(28, 9, 7, helmet) +
      box(29, 8, 7, 4, '#1f2a33', 'rx="2"'),
  };
}

export function bicycle(shirt: string): Sprite {
  return {
    width: 56,
    height: 56,
    svg:
      disc(12, 45, 10, 'none', 'stroke="#222" stroke-width="2"') +
      disc(44, 45, 10, 'none', 'stroke="#222" stroke-width="2"') +
      line('M12 45 L24 45 L38 30 H20 z M24 45 L20 28 M44 45 L38 26 l5 -2', '#3a7d44', 2) +
      line('M22 30 L31 36 L27 46', '#2b3550', 4) +
      shape('M18 30 Q20 16 28 15 Q31 18 29 24 L26 31 z', shirt) +
      line('M28 19 L38 26', shirt, 3) +
      disc(29, 10, 5, '#e0ac82') +
      shape('M18 9 L29 0 L40 9 Q29 12 18 9', '#e8d9a4'),
  };
}

export function bus(colour: string): Sprite {
  return {
    width: 160,
    height: 64,
    svg:
      box(4, 4, 150, 48, colour, 'rx="7"') +
      box(4, 34, 150, 6, '#f4f4ef') +
      box(12, 10, 22, 18, '#223541') +
      box(40, 10, 22, 18, '#223541') +
      box(68, 10, 22, 18, '#223541') +
      box(96, 10, 22, 18, '#223541') +
      shape('M124 10 H150 V32 H124 z', '#223541') +
      box(148, 42, 6, 5, '#fff3c4') +
      wheel(34, 53) +
      wheel(124, 53),
  };
}

export function truck(cab: string, load: string): Sprite {
  return {
    width: 152,
    height: 68,
    svg:
      box(4, 6, 102, 46, load, 'rx="2"') +
      line('M30 8 V50 M56 8 V50 M82 8 V50', '#00000033', 2) +
      shape('M108 18 H132 Q138 18 141 26 L147 36 V54 H108 z', cab) +
      shape('M116 23 H131 L137 36 H116 z', '#223541') +
      box(4, 50, 142, 6, '#2c2f33') +
      wheel(26, 57) +
      wheel(50, 57) +
      wheel(126, 57),
  };
}

export function forklift(loaded: boolean): Sprite {
  return {
    width: 84,
    height: 64,
    svg:
      shape('M6 52 V32 Q8 28 14 28 H44 L50 52 z', '#e2a21b') +
      line('M16 28 V8 H40 L48 30', '#3b3f43', 3) +
      disc(27, 18, 5, '#e0ac82') +
      shape('M20 18 q7 -13 14 0 z', '#f3d233') +
      shape('M21 34 q6 -14 12 0 z', '#d9582b') +
      line('M56 4 V56 M56 55 H80', '#4a4f54', 4) +
      (loaded ? box(59, 28, 22, 24, '#b98a54') + line('M59 40 H81 M70 28 V52', '#8c6336', 2) : '') +
      wheel(18, 54) +
      wheel(44, 54),
  };
}

function wheel(x: number, y: number): string {
  return disc(x, y, 8, '#181a1c') + disc(x, y, 3, '#8f979c');
}

/** A wooden boat with a roof of reed. */
export function sampan(roof = '#a98b5a'): Sprite {
  return {
    width: 120,
    height: 48,
    svg:
      shape('M2 28 Q30 36 60 36 Q92 36 118 22 Q112 44 92 45 H28 Q10 44 2 28', '#6b4428') +
      shape('M38 34 V20 Q56 8 78 20 V34 z', roof) +
      line('M46 17 V33 M58 14 V34 M70 17 V33', '#7c6238', 2) +
      disc(98, 12, 4, '#e0ac82') +
      shape('M90 11 L98 4 L106 11 Q98 14 90 11', '#e8d9a4') +
      shape('M93 16 h10 l1 14 h-12 z', '#4a3b73') +
      line('M101 18 L110 40', '#caa66a', 2),
  };
}

/** A barge that carries sand. */
export function barge(): Sprite {
  return {
    width: 216,
    height: 56,
    svg:
      shape('M2 30 H210 Q206 50 190 52 H18 Q6 48 2 30', '#35505c') +
      box(2, 30, 208, 4, '#c9482f') +
      shape('M60 30 Q96 8 130 22 Q150 12 176 30 z', '#cbb27a') +
      box(14, 8, 34, 22, '#e9ece6') +
      box(18, 12, 9, 8, '#223541') +
      box(32, 12, 9, 8, '#223541') +
      box(36, 0, 4, 8, '#4a4f54'),
  };
}
