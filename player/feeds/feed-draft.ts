import type { FeedDraft, FeedView } from '#contracts/feeds';

/** A feed as it would be sent to be saved; secrets that are not named stay as they are. */
export function draftOf(feed: FeedView): FeedDraft {
  const { name, sector, ownerUnitId, way, format, carries, mapping, obliged, heartbeatMinutes, paused } = feed;
  const { frozenPeriods, revisionTolerance, synthetic } = feed;
  return {
    ...{ name, sector, ownerUnitId, way, format, carries, mapping, heartbeatMinutes, paused, frozenPeriods },
    ...{ revisionTolerance, synthetic },
    obliged: obliged.map(({ indicator, cells }) => ({ indicator, cells: [...cells] })),
    pull: feed.pull === null ? null : withoutFlag(feed.pull),
    mqtt: feed.mqtt === null ? null : { url: feed.mqtt.url, prefix: feed.mqtt.prefix, username: feed.mqtt.username },
  };
}

function withoutFlag({ url, schedule, timeoutMs, mostBytes }: NonNullable<FeedView['pull']>) {
  return { url, schedule, timeoutMs, mostBytes };
}
