import { azure, chalice } from './libraries/cloud.ts';
import { gradio, nicegui, panel, streamlit } from './libraries/dashboards.ts';
import { databases } from './libraries/databases.ts';
import { django } from './libraries/django.ts';
import { documents } from './libraries/documents.ts';
import { evaluators } from './libraries/evaluators.ts';
import { flask } from './libraries/flask.ts';
import { aiohttp, bottle, httpServer, sanic, starlette, tornado } from './libraries/frameworks.ts';
import { cgi, channels, telegram } from './libraries/messages.ts';
import { system } from './libraries/system.ts';
import { cherrypy, falcon, pyramid, robyn, twisted } from './libraries/web-frameworks.ts';
import type { LibraryModel } from './schema.ts';

/** Every library that the scan knows. */
export const LIBRARIES: readonly LibraryModel[] = [
  flask,
  django,
  starlette,
  aiohttp,
  tornado,
  bottle,
  sanic,
  httpServer,
  pyramid,
  falcon,
  cherrypy,
  twisted,
  robyn,
  azure,
  chalice,
  channels,
  telegram,
  cgi,
  nicegui,
  panel,
  streamlit,
  gradio,
  databases,
  system,
  evaluators,
  documents,
];
