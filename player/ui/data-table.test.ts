import { describe, expect, it } from 'vitest';
import { ordered } from './data-table.tsx';

describe('ordered', () => {
  const rows = ['Đồng Tháp', 'Cà Mau', 'Camera 10', 'Camera 9', 'An Giang', 'Dak Lak'];

  it('puts text in the order of the language, numbers inside it by size', () => {
    expect(ordered(rows, (row) => row, false, 'vi')).toEqual([
      'An Giang',
      'Cà Mau',
      'Camera 9',
      'Camera 10',
      'Dak Lak',
      'Đồng Tháp',
    ]);
  });

  it('orders numbers by size, either way, and leaves the input alone', () => {
    const numbers = [10, 9, 100];
    expect(ordered(numbers, (row) => row, true, 'vi')).toEqual([100, 10, 9]);
    expect(numbers).toEqual([10, 9, 100]);
  });
});
