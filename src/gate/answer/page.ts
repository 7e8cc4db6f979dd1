import { createHash } from 'node:crypto';

// The colours and faces of the portal, so that visitors see one product.
const STYLE = `:root{color-scheme:light dark;--ink:#1b2629;--paper:#f4f1ea;--card:#fffdf8;--muted:#566063;--line:#d8d1c1;--accent:#0f5a57}
@media (prefers-color-scheme:dark){:root{--ink:#ece7da;--paper:#101719;--card:#182225;--muted:#a3acac;--line:#2c383b;--accent:#7fd6bd}}
*{box-sizing:border-box}body{margin:0;min-height:100vh;display:grid;place-items:center;padding:1.5rem;background:var(--paper);color:var(--ink);font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans",Arial,sans-serif}
main{max-width:31rem;width:100%;background:var(--card);border:1px solid var(--line);border-radius:14px;padding:2.25rem;box-shadow:0 8px 24px -12px rgb(40 34 20/22%)}
svg{width:2.25rem;height:2.25rem;color:var(--accent)}h1{font:600 1.5rem/1.25 ui-serif,Palatino,Georgia,"Liberation Serif",serif;margin:1rem 0 .5rem}p{margin:.6rem 0;color:var(--muted)}
a{color:var(--accent);font-weight:600}a:focus-visible{outline:3px solid var(--accent);outline-offset:3px;border-radius:3px}code{font:600 .95rem ui-monospace,Menlo,monospace;color:var(--ink)}`;

const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

const GATE = `<svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.8" aria-hidden="true"><path d="M3 21V8l2 1V6l2.3 1V4h9.4v3L19 6v3l2-1v13M8 21v-7a4 4 0 0 1 8 0v7M12 10v11M8 16h8M3 21h18"/></svg>`;

export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);

/** What a visitor reads when the gate answers instead of the app. Plain text only: it is escaped here. */
export interface Notice {
  title: string;
  text: string;
  /** Stable word for programs. */
  code: string;
  incident?: string;
  link?: { href: string; text: string };
}

/** The notice as a page of its own that loads nothing. */
export const noticePage = (notice: Notice): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="robots" content="noindex"><title>${escapeHtml(notice.title)}</title><style>${STYLE}</style></head>
<body><main>${GATE}<h1>${escapeHtml(notice.title)}</h1><p>${escapeHtml(notice.text)}</p>${
  notice.link ? `<p><a href="${escapeHtml(notice.link.href)}">${escapeHtml(notice.link.text)}</a></p>` : ''
}${notice.incident ? `<p>Incident <code>${escapeHtml(notice.incident)}</code></p>` : ''}</main></body></html>
`;

export const NOTICE_CSP = `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
