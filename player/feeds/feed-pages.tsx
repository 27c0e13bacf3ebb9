import { lazy } from 'react';
import { Route, Switch } from 'wouter';
import NotFoundPage from '../app/not-found-page.tsx';
import { useSession } from '../app/session.tsx';
import { useFeedTexts } from './texts.ts';

const FeedsPage = lazy(() => import('./feeds-page.tsx'));
const FeedPage = lazy(() => import('./feed-page.tsx'));
const FeedWizard = lazy(() => import('./feed-wizard.tsx'));

export default function FeedPages() {
  useFeedTexts();
  const { can } = useSession();
  if (!can('feed.push') && !can('feed.manage')) return <NotFoundPage />;
  return (
    <Switch>
      <Route path="/feeds" component={FeedsPage} />
      <Route path="/feeds/new">{can('feed.manage') ? <FeedWizard /> : <NotFoundPage />}</Route>
      <Route path="/feeds/:id">{({ id }) => <FeedPage feedId={id} key={id} />}</Route>
      <Route component={NotFoundPage} />
    </Switch>
  );
}
