import { gradio, streamlit } from './libraries/dashboards.ts';
import { databases } from './libraries/databases.ts';
import { django } from './libraries/django.ts';
import { documents } from './libraries/documents.ts';
import { flask } from './libraries/flask.ts';
import { aiohttp, bottle, httpServer, sanic, starlette, tornado } from './libraries/frameworks.ts';
import { system } from './libraries/system.ts';
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
  streamlit,
  gradio,
  databases,
  system,
  documents,
];
