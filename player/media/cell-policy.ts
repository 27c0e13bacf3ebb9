import type { CellQuality } from '#contracts/wall-frame';

/** What a cell should ask for, from what can be seen of it. Pure. */
export interface CellFacts {
  /** Size on the screen in device pixels. */
  readonly widthPx: number;
  readonly heightPx: number;
  /** Share of the cell that is inside the window, 0 to 1. */
  readonly visible: number;
  readonly documentHidden: boolean;
  readonly hasSub: boolean;
  readonly enlarged: boolean;
  readonly selected: boolean;
  readonly pinned: boolean;
  /** Cells on this wall. */
  readonly cells: number;
}

export interface CellAsk {
  readonly quality: CellQuality;
  readonly priority: number;
}

/** Wider than this a sub-stream of 640 pixels looks soft. */
const MAIN_FROM_PX = 960;
/** A browser decodes few large pictures at a time: beyond this only an enlarged cell takes the main stream. */
const MAIN_UP_TO_CELLS = 6;

export function askFor(facts: CellFacts): CellAsk {
  if (facts.documentHidden || facts.visible < 0.1) return { quality: 'stills', priority: 0 };
  const priority = facts.enlarged ? 9 : facts.selected ? 7 : facts.pinned ? 6 : facts.visible < 0.6 ? 2 : 4;
  if (!facts.hasSub) return { quality: 'main', priority };
  const large = facts.widthPx >= MAIN_FROM_PX && facts.cells <= MAIN_UP_TO_CELLS;
  return { quality: facts.enlarged || large ? 'main' : 'sub', priority };
}
