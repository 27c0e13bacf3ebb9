import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import './surface.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createI18n } from './i18n.ts';
import { createLeaveGuard } from './leave-guard.ts';
import { Root } from './root.tsx';
import { connectServer } from './server.ts';

const element = document.getElementById('root');
if (element === null) throw new Error('index.html has no #root');

const guard = createLeaveGuard(window);
const i18n = await createI18n();
createRoot(element).render(
  <StrictMode>
    <Root i18n={i18n} guard={guard} {...connectServer()} />
  </StrictMode>,
);
