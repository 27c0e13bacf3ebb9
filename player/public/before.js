// Runs before any module: zod tries `eval` when the first schema is made, and the page's content security policy
// reports that as an attack.
globalThis.__zod_globalConfig = { jitless: true };
