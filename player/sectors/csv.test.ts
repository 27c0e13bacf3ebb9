import { expect, it } from 'vitest';
import { csvOf } from './csv.ts';

it('writes a table that a spreadsheet reads as text, whatever a unit is called', () => {
  expect(
    csvOf([
      ['Đơn vị', '%'],
      ['=HYPERLINK("x")', '98,5'],
      ['Xã; "Mới"', ''],
    ]),
  ).toBe('\ufeffĐơn vị;%\r\n"\'=HYPERLINK(""x"")";98,5\r\n"Xã; ""Mới""";\r\n');
});
