import './portal.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { PortalPage } from './portal-page.tsx';
import { LanguageProvider } from './words.tsx';

const element = document.getElementById('root');
if (element === null) throw new Error('index.html has no #root');
createRoot(element).render(
  <StrictMode>
    <LanguageProvider>
      <PortalPage />
    </LanguageProvider>
  </StrictMode>,
);
