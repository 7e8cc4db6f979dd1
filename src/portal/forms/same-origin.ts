/**
 * Whether a request that changes something was sent by a page of the portal itself. Demands the exact Origin, which no
 * page can forge (Fetch section 3.2), and where the browser sends Fetch Metadata, that it agrees.
 */
export const isSameOrigin = (headers: Headers, portalOrigin: string): boolean => {
  const site = headers.get('sec-fetch-site');
  return (
    headers.get('origin') === portalOrigin && (site === null || site === 'same-origin' || site === 'none')
  );
};

/** Whether a browser goes to this address as a page of its own; programs without Fetch Metadata pass. */
export const isNavigation = (headers: Headers): boolean => {
  const mode = headers.get('sec-fetch-mode');
  const destination = headers.get('sec-fetch-dest');
  return (mode === null || mode === 'navigate') && (destination === null || destination === 'document');
};
