import { z } from 'zod';
import { layoutCellSchema } from '#contracts/http';
import { emptyWall, type WallState } from './wall-state.ts';

/** What stood on this person's wall when the page was left, kept in this browser. */
const rememberedSchema = z.object({
  columns: z.number().int().min(1).max(16),
  rows: z.number().int().min(1).max(16),
  cells: z.array(layoutCellSchema).min(1).max(64),
  layoutId: z.string().nullable(),
  dirty: z.boolean(),
});

const keyOf = (userId: string): string => `tamnhin.wall.${userId}`;

export function readWall(userId: string): WallState {
  try {
    const { columns, rows, cells, layoutId, dirty } = rememberedSchema.parse(
      JSON.parse(localStorage.getItem(keyOf(userId)) ?? ''),
    );
    return { ...emptyWall(), grid: { columns, rows, cells }, layoutId, dirty };
  } catch {
    return emptyWall();
  }
}

export function rememberWall(userId: string, { grid, layoutId, dirty }: WallState): void {
  try {
    localStorage.setItem(keyOf(userId), JSON.stringify({ ...grid, layoutId, dirty }));
  } catch {
    // Storage is full or forbidden: the wall is remembered by its saved layout at least.
  }
}
