/** `layoutId` is the `:id` of /wall/:id. */
export default function WallPage({ layoutId }: { layoutId: string }) {
  return <div data-layout={layoutId} />;
}
