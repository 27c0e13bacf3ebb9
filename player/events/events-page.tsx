import { EventPanel } from './event-panel.tsx';

export default function EventsPage() {
  return <EventPanel onSelect={() => undefined} />;
}
