/** Where text stops being JSON: the errors of Node say it in some versions and for some lengths only. */
const TOKEN =
  /[\s]*(?:([{}[\],:])|("(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4}))*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null))/uy;

type State = 'value' | 'valueOrEnd' | 'name' | 'nameOrEnd' | 'colon' | 'next';

/** 0-based; the length of the text where it ends too early; `null` for what is JSON. */
export function brokenAt(text: string): number | null {
  const open: string[] = [];
  let state: State = 'value';
  let at = 0;
  for (;;) {
    TOKEN.lastIndex = at;
    const found = TOKEN.exec(text);
    const start = at + (/^\s*/.exec(text.slice(at, at + 1000))?.[0].length ?? 0);
    if (found === null) return start >= text.length && open.length === 0 && state === 'next' ? null : start;
    const [token, mark = '', string, scalar] = found;
    const next = step(state, mark, string !== undefined, scalar !== undefined, open);
    if (next === undefined) return start;
    state = next;
    at += token.length;
  }
}

function step(state: State, mark: string, isString: boolean, isScalar: boolean, open: string[]): State | undefined {
  if (mark === '}' || mark === ']') {
    const mine = mark === '}' ? '{' : '[';
    const may = state === 'next' || state === (mine === '{' ? 'nameOrEnd' : 'valueOrEnd');
    return may && open.pop() === mine ? 'next' : undefined;
  }
  switch (state) {
    case 'value':
    case 'valueOrEnd':
      if (mark === '{' || mark === '[') {
        open.push(mark);
        return mark === '{' ? 'nameOrEnd' : 'valueOrEnd';
      }
      return isString || isScalar ? 'next' : undefined;
    case 'name':
    case 'nameOrEnd':
      return isString ? 'colon' : undefined;
    case 'colon':
      return mark === ':' ? 'value' : undefined;
    case 'next':
      if (mark !== ',' || open.length === 0) return undefined;
      return open.at(-1) === '{' ? 'name' : 'value';
  }
}
