/**
 * TCVN 5712:1993 VN3 as the `.VnTime` fonts of old offices have it: one byte for each lower-case letter, capitals with a
 * tone by a font of their own.
 */
const LETTERS: readonly (readonly [first: number, letters: string])[] = [
  [0xa1, 'ĂÂÊÔƠƯĐăâêôơưđ'],
  [0xb5, 'àảãáạ'],
  [0xbb, 'ằẳẵắ'],
  [0xc6, 'ặầẩẫấậè'],
  [0xce, 'ẻẽéẹềểễếệìỉ'],
  [0xdc, 'ĩíịò'],
  [0xe1, 'ỏõóọồổỗốộờởỡớợù'],
  [0xf1, 'ủũúụừửữứựỳỷỹýỵ'],
];
const BY_BYTE = new Map(
  LETTERS.flatMap(([first, letters]) => Array.from(letters, (letter, at) => [first + at, letter] as const)),
);

/** `text` has one character for each byte (Latin-1). */
export function fromTcvn3(text: string): string {
  let out = '';
  for (const character of text) out += BY_BYTE.get(character.codePointAt(0) ?? 0) ?? character;
  return out;
}

export function isTcvn3Letter(character: string): boolean {
  return BY_BYTE.has(character.codePointAt(0) ?? 0);
}
