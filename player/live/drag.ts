/** What is dragged: a camera of the tree, or a cell of the wall. */
export const CAMERA_DRAG = 'application/x-tamnhin-camera';
export const CELL_DRAG = 'application/x-tamnhin-cell';

export function readDrag(transfer: DataTransfer, type: string): string | null {
  const value = transfer.getData(type);
  return value === '' ? null : value;
}
