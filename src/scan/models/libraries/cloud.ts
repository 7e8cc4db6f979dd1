import type { LibraryModel } from '../schema.ts';
import { from, html, pageWhen } from './entries.ts';

/** Azure Functions. */
export const azure: LibraryModel = {
  library: 'azure.functions',
  sources: from('azure', 'azure.functions.HttpRequest', [
    ['params', 'query'],
    ['route_params', 'path'],
    ['headers', 'header'],
    ['form', 'form'],
    ['files', 'file'],
    ['get_json()', 'body'],
    ['get_body()', 'body'],
    ['url', 'url'],
  ]),
  sinks: [{ ...html('azure.functions.HttpResponse', [0, 'body']), when: [pageWhen('mimetype')] }],
  clean: ['azure.functions.HttpResponse'],
};

/** Chalice, for AWS. */
export const chalice: LibraryModel = {
  library: 'chalice',
  aliases: { 'chalice.Blueprint().current_request': 'chalice.Chalice().current_request' },
  sources: from('chalice', 'chalice.Chalice().current_request', [
    ['query_params', 'query'],
    ['uri_params', 'path'],
    ['json_body', 'body'],
    ['raw_body', 'body'],
    ['headers', 'header'],
  ]),
  clean: ['chalice.Response'],
};
