export async function createDemo(..._: unknown[]) {
  return {
    endpoints: (): ReadonlySet<string> => new Set<string>(),
    running: () => false,
    async install() {},
    async remove() {},
    async start(_options: { install: boolean }) {},
  };
}
