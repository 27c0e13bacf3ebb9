import type { SceneName } from '#contracts/camera';
import * as art from './scene-art.ts';
import { circle, ellipse, line, polygon, rect, repeat, type Shape } from './scene-art.ts';

/** The nine views: what stands still, and what moves through it. Pixels of 1280 × 720. */
export interface View {
  /** SVG without its root. */
  readonly still: string;
  readonly movers: readonly Mover[];
}

/** Goes from one place to another again and again, its box's left lower corner given; `seconds` for one way. */
export interface Mover {
  readonly shape: Shape;
  readonly scale: number;
  readonly from: readonly [number, number];
  readonly to: readonly [number, number];
  readonly seconds: number;
  /** Part of the way at which it begins, 0 to 1. */
  readonly begin: number;
  /** Comes back the same way instead of starting again. */
  readonly back?: boolean;
}

const OFF = 340;

/** Through the whole picture, to the right or to the left. */
function pass(shape: Shape, scale: number, y: number, seconds: number, begin: number, to: 'right' | 'left'): Mover {
  const [left, right] = [-OFF, 1280 + OFF / 2];
  return to === 'right'
    ? { shape, scale, from: [left, y], to: [right, y], seconds, begin }
    : { shape, scale, from: [right, y], to: [left, y], seconds, begin };
}

const sky = (top: string, bottom: string, height: number): string =>
  `<defs><linearGradient id="sky" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="${top}"/><stop offset="1" stop-color="${bottom}"/></linearGradient></defs>${rect(0, 0, 1280, height, 'url(#sky)')}`;
const tree = (x: number, y: number, size: number, leaf: string, trunk = '#5d4630'): string =>
  rect(x - size * 0.07, y - size * 0.6, size * 0.14, size * 0.6, trunk) +
  circle(x - size * 0.25, y - size * 0.72, size * 0.28, leaf) +
  circle(x + size * 0.25, y - size * 0.7, size * 0.27, leaf) +
  circle(x, y - size * 0.95, size * 0.34, leaf);
const palm = (x: number, y: number, size: number): string =>
  line(`M${x} ${y} q${size * 0.05} ${-size * 0.5} ${size * 0.02} ${-size}`, '#6a5338', size * 0.07) +
  repeat(7, (at) => {
    const angle = (at / 6) * Math.PI;
    return line(
      `M${x} ${y - size} q${Math.cos(angle) * size * 0.3} ${-size * 0.22} ${Math.cos(angle) * size * 0.55} ${size * 0.1 - Math.sin(angle) * size * 0.2}`,
      '#3f7a45',
      size * 0.06,
    );
  });
/** A tube house: narrow, high, with a shop below. */
const house = (x: number, bottom: number, width: number, floors: number, wall: string, window: string): string => {
  const height = 70 + floors * 64;
  return (
    rect(x, bottom - height, width, height, wall) +
    rect(x - 4, bottom - height - 10, width + 8, 12, '#00000030') +
    repeat(
      floors,
      (floor) =>
        rect(x + width * 0.14, bottom - height + 16 + floor * 64, width * 0.3, 38, window) +
        rect(x + width * 0.56, bottom - height + 16 + floor * 64, width * 0.3, 38, window) +
        rect(x + width * 0.08, bottom - height + 56 + floor * 64, width * 0.84, 5, '#00000028'),
    ) +
    rect(x + width * 0.1, bottom - 58, width * 0.8, 58, '#3b4048')
  );
};
const lamp = (x: number, y: number, lit: boolean): string =>
  line(`M${x} ${y} V${y - 250} q0 -22 26 -22 h30`, '#4b5058', 8) +
  rect(x + 44, y - 276, 36, 9, lit ? '#fff2c0' : '#6d737b') +
  (lit
    ? polygon(
        `${x + 44},${y - 266} ${x + 80},${y - 266} ${x + 190},${y + 20} ${x - 70},${y + 20}`,
        '#ffe9a8',
        'opacity="0.12"',
      )
    : '');
const stars = repeat(40, (at) =>
  circle((at * 397) % 1280, (at * 131) % 230, 1 + (at % 3) * 0.5, '#dfe6f5', 'opacity="0.7"'),
);

const junction: View = {
  still: [
    sky('#8fb9dc', '#dbe9f0', 345),
    house(20, 350, 120, 3, '#d9b98c', '#5b7484'),
    house(150, 350, 100, 2, '#a9c1b0', '#5b7484'),
    house(260, 350, 130, 3, '#d08c70', '#5b7484'),
    house(860, 350, 110, 2, '#cdd2d6', '#5b7484'),
    house(980, 350, 140, 3, '#e0c878', '#5b7484'),
    house(1130, 350, 130, 2, '#a7a9c4', '#5b7484'),
    rect(0, 340, 1280, 380, '#b6aea2'),
    polygon('470,330 790,330 1130,720 150,720', '#4a4e55'),
    rect(0, 440, 1280, 200, '#4a4e55'),
    repeat(8, (at) => rect(20 + at * 170, 536, 90, 8, '#e9e6da')),
    repeat(7, (at) =>
      polygon(`${498 + at * 42},420 ${522 + at * 42},420 ${526 + at * 43},438 ${498 + at * 43},438`, '#efece2'),
    ),
    repeat(9, (at) =>
      polygon(`${250 + at * 90},650 ${300 + at * 90},650 ${300 + at * 94},690 ${242 + at * 94},690`, '#efece2'),
    ),
    line('M1180 690 V330 H1010', '#3d4249', 10),
    rect(1000, 324, 26, 70, '#24272c', 'rx="6"'),
    circle(1013, 338, 8, '#c8342b') + circle(1013, 359, 8, '#6b5a22') + circle(1013, 380, 8, '#2f5a3b'),
    tree(80, 440, 130, '#4f8a4e'),
    tree(1230, 440, 150, '#477f4a'),
  ].join(''),
  movers: [
    pass(art.car('#b9c4cc'), 0.85, 520, 11, 0.1, 'left'),
    pass(art.motorbike('#b3372e', '#3b6ea5'), 0.8, 535, 8, 0.6, 'left'),
    pass(art.truck('#2f6d9e', '#d9d4c4'), 0.95, 640, 17, 0.75, 'right'),
    pass(art.motorbike('#2b2f36', '#d8873a'), 1.1, 655, 9, 0.3, 'right'),
  ],
};

const market: View = {
  still: [
    sky('#cfe0e6', '#eef0e6', 250),
    rect(0, 140, 1280, 180, '#c9b79c'),
    repeat(6, (at) => house(at * 215, 320, 190, 1, ['#d8c19b', '#c3a184', '#b7c0a8'][at % 3] ?? '', '#6b7f88')),
    rect(0, 310, 1280, 410, '#a39a8c'),
    repeat(12, (at) => line(`M${at * 120 - 60} 720 L${420 + at * 40} 320`, '#8f8678', 2)),
    repeat(5, (at) => {
      const x = 20 + at * 255;
      const colour = ['#d65a3a', '#2f7f9a', '#e0a52c', '#5a8f4e', '#b24a6d'][at] ?? '';
      return (
        line(`M${x + 12} 300 V440 M${x + 212} 300 V440`, '#6b5b48', 6) +
        polygon(`${x},318 ${x + 20},262 ${x + 204},262 ${x + 224},318`, colour) +
        repeat(4, (stripe) =>
          polygon(
            `${x + 14 + stripe * 56},318 ${x + 32 + stripe * 48},262 ${x + 54 + stripe * 48},262 ${x + 40 + stripe * 56},318`,
            '#ffffff66',
          ),
        ) +
        rect(x + 4, 398, 216, 50, '#8a6a45') +
        repeat(9, (fruit) =>
          circle(x + 20 + fruit * 23, 396, 11, ['#d8432f', '#7fae3c', '#eba52d', '#8b3f6c'][(fruit + at) % 4] ?? ''),
        )
      );
    }),
    rect(0, 448, 1280, 6, '#00000022'),
  ].join(''),
  movers: [
    pass(art.person('#c85a7c', '#3a3f4a', 'cone'), 1.25, 560, 32, 0.2, 'right'),
    pass(art.person('#4f7fb0'), 1.3, 590, 27, 0.62, 'left'),
    pass(art.bicycle('#6d9a4e'), 1.35, 650, 16, 0.4, 'right'),
    pass(art.person('#e6e0cf', '#5a4a3a', 'cone'), 1.55, 700, 25, 0.8, 'left'),
  ],
};

const river: View = {
  still: [
    sky('#f0b27a', '#fbe3bd', 280),
    circle(930, 210, 46, '#fff1c9'),
    polygon('0,270 180,190 360,250 560,170 790,262 1010,200 1280,266 1280,300 0,300', '#8c8f9c'),
    rect(0, 280, 1280, 440, '#6f94a0'),
    repeat(26, (at) =>
      line(`M${(at * 211) % 1240} ${310 + at * 15} h${40 + (at % 4) * 26}`, '#a9c3c6', 3, 'opacity="0.6"'),
    ),
    ellipse(930, 330, 150, 26, '#f5d9a5', 'opacity="0.5"'),
    polygon('0,286 330,286 240,318 0,326', '#5c7b4a'),
    house(40, 296, 70, 0, '#b98b62', '#5b7484') + house(130, 292, 60, 0, '#a3a08f', '#5b7484'),
    palm(250, 300, 90) + palm(20, 300, 80),
    polygon('0,720 0,640 300,668 520,720', '#7a6a4c'),
    rect(1080, 560, 200, 14, '#6c5337') + rect(1110, 572, 12, 148, '#574229') + rect(1230, 572, 12, 148, '#574229'),
    rect(1170, 420, 14, 140, '#e8e8e2') + repeat(6, (at) => rect(1170, 424 + at * 24, 14, 12, '#c8342b')),
  ].join(''),
  movers: [
    pass(art.boat('#7a4630'), 0.5, 370, 60, 0.3, 'left'),
    pass(art.boat('#37627a'), 1, 520, 34, 0.55, 'right'),
    {
      shape: art.person('#3f6fa0', '#2c3442', 'cap'),
      scale: 0.9,
      from: [1090, 566],
      to: [1230, 566],
      seconds: 12,
      begin: 0.2,
      back: true,
    },
  ],
};

const schoolGate: View = {
  still: [
    sky('#a9d0ea', '#e6f1f3', 400),
    rect(240, 90, 800, 270, '#e8c46a'),
    polygon('220,96 640,30 1060,96', '#a8452f'),
    repeat(3, (floor) =>
      repeat(
        9,
        (at) =>
          rect(270 + at * 86, 120 + floor * 78, 52, 44, '#5f7d8c') +
          rect(270 + at * 86, 166 + floor * 78, 52, 5, '#b98f3f'),
      ),
    ),
    line('M640 34 V-30', '#6d737b', 5),
    tree(130, 380, 230, '#4c8a4a') + tree(1150, 380, 240, '#56934f'),
    rect(0, 370, 1280, 100, '#cdbb96'),
    rect(0, 390, 400, 70, '#d9d2c3') + rect(880, 390, 400, 70, '#d9d2c3'),
    repeat(40, (at) => (at > 11 && at < 28 ? '' : line(`M${at * 32 + 10} 390 V330`, '#4a6a86', 5))),
    line('M0 345 H390 M890 345 H1280', '#4a6a86', 5),
    rect(384, 280, 36, 190, '#b9573f') + rect(860, 280, 36, 190, '#b9573f'),
    rect(370, 236, 540, 52, '#b9573f') + rect(400, 248, 480, 28, '#f1e5c8'),
    rect(0, 462, 1280, 60, '#b8b2a6'),
    rect(0, 520, 1280, 200, '#4d5158') + repeat(8, (at) => rect(30 + at * 170, 612, 90, 8, '#e9e6da')),
    repeat(8, (at) => rect(500 + at * 38, 526, 22, 190, '#e6e2d6', 'opacity="0.85"')),
  ].join(''),
  movers: [
    pass(art.person('#f2f2ee', '#2b3f66'), 0.95, 505, 30, 0.35, 'right'),
    pass(art.person('#f2f2ee', '#2b3f66'), 0.85, 500, 26, 0.7, 'left'),
    pass(art.bicycle('#f2f2ee'), 1.15, 590, 15, 0.1, 'left'),
    pass(art.motorbike('#3a6f8f', '#b14f6a'), 1.25, 700, 10, 0.5, 'right'),
  ],
};

const warehouse: View = {
  still: [
    rect(0, 0, 1280, 720, '#6c7278'),
    polygon('0,0 1280,0 960,150 320,150', '#4d5359'),
    repeat(6, (at) => line(`M${at * 256} 0 L${320 + at * 128} 150`, '#3d4248', 6)),
    repeat(3, (at) =>
      polygon(
        `${420 + at * 180},${60} ${500 + at * 180},${60} ${490 + at * 180},${74} ${430 + at * 180},${74}`,
        '#f7f6e6',
      ),
    ),
    rect(320, 150, 640, 210, '#8b9197'),
    rect(520, 196, 240, 164, '#a8adb2') + repeat(7, (at) => rect(520, 200 + at * 23, 240, 3, '#8b9095')),
    polygon('320,360 960,360 1280,720 0,720', '#9a968d'),
    polygon('0,120 320,150 320,360 0,560', '#565c63') + polygon('1280,120 960,150 960,360 1280,560', '#565c63'),
    repeat(2, (side) =>
      repeat(3, (shelf) =>
        repeat(5, (at) => {
          const near = 1 - at / 6;
          const x = side === 0 ? 20 + at * 58 : 1260 - at * 58 - 50 * near;
          const y = 140 + shelf * (120 - at * 12) + at * 14;
          return rect(
            x,
            y + 30,
            50 * near + 6,
            70 * near,
            ['#b98a53', '#a8763f', '#c79b63', '#7f8f9c'][(at + shelf + side) % 4] ?? '',
          );
        }),
      ),
    ),
    line('M0 260 L320 222 M0 400 L320 292 M1280 260 L960 222 M1280 400 L960 292', '#d07a2b', 8),
    line('M250 720 L440 360 M1030 720 L840 360', '#e2b93b', 8),
  ].join(''),
  movers: [
    {
      shape: art.person('#e07b2c', '#2b3f66', 'cap'),
      scale: 0.85,
      from: [420, 400],
      to: [820, 400],
      seconds: 22,
      begin: 0.4,
      back: true,
    },
    pass(art.forklift(), 1.25, 590, 19, 0.3, 'right'),
    {
      shape: art.person('#d9c93a', '#37404d', 'cap'),
      scale: 1.5,
      from: [900, 700],
      to: [300, 690],
      seconds: 26,
      begin: 0.1,
      back: true,
    },
  ],
};

const bridge: View = {
  still: [
    sky('#101a30', '#2d3a5a', 400),
    stars,
    circle(1060, 90, 34, '#e9ecd8'),
    polygon('0,360 200,330 460,352 760,322 1280,360 1280,420 0,420', '#18202f'),
    repeat(30, (at) => rect((at * 173) % 1270, 342 + (at % 4) * 10, 5, 5, at % 3 === 0 ? '#ffd98a' : '#f5efd6')),
    rect(0, 400, 1280, 320, '#16202c'),
    repeat(16, (at) => line(`M${(at * 251) % 1200} ${640 + at * 5} h${60 + (at % 3) * 30}`, '#2c3b4d', 3)),
    polygon('300,120 330,120 340,480 290,480', '#7d8794') + polygon('950,120 980,120 990,480 940,480', '#7d8794'),
    repeat(8, (at) =>
      line(
        `M315 130 L${20 + at * 36} 440 M315 130 L${610 - at * 36} 440 M965 130 L${670 + at * 36} 440 M965 130 L${1260 - at * 36} 440`,
        '#8b95a2',
        2,
      ),
    ),
    rect(0, 430, 1280, 160, '#30353d') + rect(0, 586, 1280, 34, '#454c57'),
    repeat(8, (at) => rect(30 + at * 170, 506, 90, 6, '#c9c5b4')),
    rect(0, 418, 1280, 12, '#69727e'),
    lamp(120, 440, true) + lamp(620, 440, true) + lamp(1100, 440, true),
    rect(300, 620, 60, 100, '#343b46') + rect(930, 620, 60, 100, '#343b46'),
  ].join(''),
  movers: [
    pass(art.car('#76808b', true), 0.8, 500, 9, 0.2, 'left'),
    pass(art.motorbike('#5a2b2b', '#30475e', true), 0.75, 500, 8, 0.7, 'left'),
    pass(art.truck('#41566b', '#5f646b', true), 0.8, 580, 14, 0.5, 'right'),
    pass(art.car('#8d3b32', true), 0.9, 584, 8, 0.05, 'right'),
  ],
};

const park: View = {
  still: [
    sky('#9fd0ee', '#e2f2f2', 260),
    polygon('0,240 160,200 420,236 700,190 1000,238 1280,204 1280,280 0,280', '#86a88f'),
    rect(0, 250, 1280, 470, '#7fae5e'),
    ellipse(420, 380, 300, 62, '#7ab0c4') + ellipse(420, 376, 286, 54, '#8fc1d1'),
    polygon('700,290 780,290 1280,640 1280,720 760,720', '#d7c8a6') +
      polygon('0,560 1280,560 1280,640 0,650', '#d7c8a6'),
    tree(120, 360, 190, '#3f7d43') +
      tree(760, 330, 150, '#4b8c4b') +
      tree(980, 350, 200, '#43854a') +
      tree(1180, 330, 170, '#5a9a50'),
    palm(640, 330, 130),
    lamp(560, 560, false),
    rect(160, 500, 180, 14, '#8c5f3a', 'rx="4"') +
      rect(160, 470, 180, 12, '#8c5f3a', 'rx="4"') +
      rect(176, 512, 10, 34, '#4b4036') +
      rect(314, 512, 10, 34, '#4b4036'),
    repeat(24, (at) =>
      circle(40 + ((at * 137) % 640), 668 + (at % 4) * 12, 6, ['#e45d77', '#f2c84b', '#f4f0e6'][at % 3] ?? ''),
    ),
  ].join(''),
  movers: [
    pass(art.person('#e08a3c', '#42506a'), 1.05, 610, 26, 0.45, 'left'),
    pass(art.bicycle('#4a79b5'), 1.15, 636, 14, 0.75, 'right'),
    pass(art.person('#b74f8c', '#2c3442'), 1.25, 646, 31, 0.2, 'right'),
    pass(art.dog(), 1.1, 652, 29.5, 0.24, 'right'),
  ],
};

const borderGate: View = {
  still: [
    sky('#b9c6cf', '#e3e4dd', 320),
    polygon('0,300 140,150 290,260 460,110 640,250 820,140 1010,262 1160,170 1280,260 1280,360 0,360', '#5f7f68'),
    polygon('0,330 220,240 480,320 760,236 1060,326 1280,280 1280,380 0,380', '#4f6f55'),
    rect(0, 350, 1280, 370, '#a8a295'),
    polygon('440,350 840,350 1240,720 40,720', '#52565d'),
    polygon('632,350 648,350 676,720 604,720', '#e2b93b'),
    rect(150, 150, 980, 62, '#b5b9bd') + polygon('130,152 1150,152 1100,116 180,116', '#8d3a31'),
    rect(190, 212, 30, 260, '#8f9499') + rect(1060, 212, 30, 260, '#8f9499') + rect(625, 212, 30, 190, '#8f9499'),
    rect(240, 162, 150, 34, '#2b6a47') + rect(890, 162, 150, 34, '#2b6a47'),
    rect(60, 330, 190, 170, '#dcd6c6') + rect(84, 364, 142, 62, '#4b6470') + rect(50, 316, 210, 18, '#3f5d7d'),
    rect(1030, 340, 190, 160, '#dcd6c6') + rect(1054, 372, 142, 60, '#4b6470') + rect(1020, 326, 210, 18, '#3f5d7d'),
    rect(252, 500, 30, 90, '#e0a52c'),
    repeat(4, (at) => polygon(`${880 + at * 74},640 ${900 + at * 74},590 ${920 + at * 74},640`, '#df6a2c')),
  ].join(''),
  movers: [
    pass(art.truck('#a3372d', '#3f6f8f'), 1.1, 566, 26, 0.35, 'right'),
    { shape: art.barrier(), scale: 1, from: [270, 540], to: [270, 400], seconds: 9, begin: 0, back: true },
    {
      shape: art.person('#5d6b3c', '#4c5733', 'cap'),
      scale: 1.2,
      from: [300, 630],
      to: [520, 640],
      seconds: 17,
      begin: 0.5,
      back: true,
    },
    pass(art.motorbike('#3a3f47', '#7a5a86'), 1.25, 705, 12, 0.8, 'left'),
  ],
};

const lobby: View = {
  still: [
    rect(0, 0, 1280, 720, '#2b2f38'),
    polygon('0,0 1280,0 1020,120 260,120', '#3a3f4a'),
    repeat(4, (at) => ellipse(400 + at * 160, 62, 46, 11, '#ffeec2')),
    rect(260, 120, 760, 280, '#4b4a52'),
    polygon('0,0 260,120 260,400 0,640', '#3f3e47') + polygon('1280,0 1020,120 1020,400 1280,640', '#3f3e47'),
    polygon('260,400 1020,400 1280,640 1280,720 0,720 0,640', '#5b5148'),
    repeat(9, (at) => line(`M${260 + at * 95} 400 L${-240 + at * 220} 720`, '#4d443c', 3)),
    line('M120 530 H1160 M200 456 H1080 M20 620 H1260', '#4d443c', 3),
    rect(300, 170, 150, 230, '#8d949c') + rect(373, 170, 4, 230, '#4a4f57') + rect(350, 144, 50, 16, '#d2452f'),
    rect(490, 170, 150, 230, '#8d949c') + rect(563, 170, 4, 230, '#4a4f57') + rect(540, 144, 50, 16, '#4fae68'),
    rect(700, 190, 270, 100, '#26476a') + line('M730 262 L780 226 L830 250 L890 210 L940 236', '#7fb2dd', 6),
    rect(690, 350, 300, 90, '#7b5a3c') + rect(680, 340, 320, 14, '#a27c55'),
    rect(826, 290, 34, 56, '#35506f', 'rx="10"') + circle(843, 278, 15, '#c68f6a'),
    circle(140, 520, 44, '#3f6d48') +
      circle(100, 480, 34, '#4a7c52') +
      circle(170, 470, 36, '#457450') +
      rect(112, 540, 56, 74, '#8a4f37'),
    rect(20, 320, 60, 160, '#20242c') + rect(26, 326, 48, 148, '#12305a'),
  ].join(''),
  movers: [
    {
      shape: art.person('#8f9aa8', '#22262e'),
      scale: 1.15,
      from: [340, 460],
      to: [760, 500],
      seconds: 18,
      begin: 0.3,
      back: true,
    },
    pass(art.person('#a6483f', '#2a2f3a'), 1.6, 620, 24, 0.5, 'right'),
    pass(art.person('#d6d2c8', '#3a332c'), 1.9, 706, 20, 0.7, 'left'),
  ],
};

export const VIEWS: Readonly<Record<SceneName, View>> = {
  junction,
  market,
  river,
  'school-gate': schoolGate,
  warehouse,
  bridge,
  park,
  'border-gate': borderGate,
  lobby,
};
