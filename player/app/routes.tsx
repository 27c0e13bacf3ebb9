import { lazy, Suspense } from 'react';
import { Redirect, Route, Switch, useLocation } from 'wouter';
import { Loading } from '../ui/loading.tsx';
import { STATISTICS_PATH } from './links.ts';
import { startPath } from './navigation.ts';
import { PageBoundary } from './page-boundary.tsx';
import { useSession } from './session.tsx';
import { Shell } from './shell.tsx';

const LivePage = lazy(() => import('../live/live-page.tsx'));
const WallPage = lazy(() => import('../live/wall-page.tsx'));
const PlaybackPage = lazy(() => import('../playback/playback-page.tsx'));
const HoldsPage = lazy(() => import('../holds/holds-page.tsx'));
const StatisticsPage = lazy(() => import('../statistics/statistics-page.tsx'));
const EventsPage = lazy(() => import('../events/events-page.tsx'));
const AdminPages = lazy(() => import('../admin/admin-pages.tsx'));
const AccountPage = lazy(() => import('./account-page.tsx'));
const NotFoundPage = lazy(() => import('./not-found-page.tsx'));

/** Every address of the console. A wall has no shell: it is a screen without controls. */
export function Routes() {
  return (
    <Switch>
      <Route path="/wall/:id">
        {({ id }) => (
          <PageBoundary>
            <Suspense fallback={<Loading />}>
              <WallPage layoutId={id} />
            </Suspense>
          </PageBoundary>
        )}
      </Route>
      <Route>
        <Shell>
          <Pages />
        </Shell>
      </Route>
    </Switch>
  );
}

function Pages() {
  const [path] = useLocation();
  const { can, view } = useSession();
  return (
    <PageBoundary key={path}>
      <Suspense fallback={<Loading />}>
        <Switch>
          <Route path="/">
            {can('camera.view') ? <LivePage /> : <Redirect replace to={startPath(view.permissions)} />}
          </Route>
          <Route path="/playback" component={PlaybackPage} />
          <Route path="/holds" component={HoldsPage} />
          <Route path="/events" component={EventsPage} />
          <Route path={STATISTICS_PATH} component={StatisticsPage} />
          <Route path="/admin/*?">
            <AdminPages path={path} />
          </Route>
          <Route path="/account" component={AccountPage} />
          <Route component={NotFoundPage} />
        </Switch>
      </Suspense>
    </PageBoundary>
  );
}
