import { html } from 'hono/html';
import type { Html } from './html.ts';
import { logo } from './logo.ts';
import { type Portcullis, scene } from './scene.ts';

/** Addresses of the style sheet and the script: their names carry a digest of what they hold. */
export interface AssetUrls {
  style: string;
  script: string;
  icon: string;
}

export type Section = 'apps' | 'account' | 'people' | 'rules' | 'findings';

/** Who is inside, as far as the frame of a page shows it. */
export interface Insider {
  displayName: string;
  manages: boolean;
  formToken: string;
}

const shell = (title: string, assets: AssetUrls, bodyClass: string, body: Html): Html => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${title} · Gatehouse</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex, nofollow">
<link rel="icon" type="image/svg+xml" href="${assets.icon}">
<link rel="stylesheet" href="${assets.style}">
<script type="module" src="${assets.script}"></script>
</head>
<body class="${bodyClass}">
<a class="skip" href="#content">Skip to the content</a>
${body}
</body>
</html>
`;

/** A page for a visitor who stands before the gate: one column of content beside the gatehouse. */
export const threshold = (page: {
  title: string;
  assets: AssetUrls;
  portcullis: Portcullis;
  content: Html;
}): Html =>
  shell(
    page.title,
    page.assets,
    'threshold',
    html`
<div class="side">
  <header class="brand"><a href="/">${logo()}<span>Gatehouse</span></a></header>
  <main id="content" tabindex="-1">${page.content}</main>
  <footer class="foot"><p>Cookies here only keep you signed in.</p></footer>
</div>
${scene(page.portcullis)}`,
  );

const link = (here: Section, section: Section, href: string, text: string): Html =>
  html`<li><a href="${href}"${here === section ? html` aria-current="page"` : ''}>${text}</a></li>`;

/** A page for somebody inside: the bar with the ways to go on top, the content below. */
export const hall = (page: {
  title: string;
  assets: AssetUrls;
  section: Section;
  insider: Insider;
  /** For a single form: a column that is read at ease. */
  narrow?: boolean;
  /** The gatehouse above the content, its portcullis up. */
  banner?: boolean;
  content: Html;
}): Html =>
  shell(
    page.title,
    page.assets,
    'hall',
    html`
<header class="bar">
  <a class="brand" href="/">${logo()}<span>Gatehouse</span></a>
  <nav aria-label="Portal"><ul>
    ${link(page.section, 'apps', '/', 'Apps')}
    ${link(page.section, 'account', '/account', 'Account')}
    ${page.insider.manages ? link(page.section, 'people', '/people', 'People') : ''}
    ${page.insider.manages ? link(page.section, 'rules', '/rules', 'Rules') : ''}
    ${page.insider.manages ? link(page.section, 'findings', '/findings', 'Findings') : ''}
  </ul></nav>
  <form class="leave" method="post" action="/sign-out">
    <input type="hidden" name="form" value="${page.insider.formToken}">
    <span class="who">${page.insider.displayName}</span>
    <button class="quiet" type="submit">Sign out</button>
  </form>
</header>
${page.banner ? scene('raised') : ''}
<main id="content"${page.narrow ? html` class="narrow"` : ''} tabindex="-1">${page.content}</main>`,
  );
