import type { LibraryModel } from '../schema.ts';
import { cookie, file, from, header, html, pageUnless, redirect, session } from './entries.ts';

const REDIRECTS = [
  'HTTPFound',
  'HTTPSeeOther',
  'HTTPMovedPermanently',
  'HTTPTemporaryRedirect',
  'HTTPPermanentRedirect',
];

/** Pyramid and WebOb. */
export const pyramid: LibraryModel = {
  library: 'pyramid',
  aliases: {
    'webob.Request': 'pyramid.request.Request',
    'webob.Request()': 'pyramid.request.Request',
    'webob.request.Request': 'pyramid.request.Request',
    'webob.Response': 'pyramid.response.Response',
    'pyramid.threadlocal.get_current_request()': 'pyramid.request.Request',
    'pyramid.request.Request.response': 'pyramid.response.Response()',
    'pyramid.request.Request.POST[]': 'werkzeug.FileStorage',
  },
  sources: from('pyramid', 'pyramid.request.Request', [
    ['params', 'any'],
    ['GET', 'query'],
    ['POST', 'form'],
    ['json_body', 'body'],
    ['json', 'body'],
    ['body', 'body'],
    ['text', 'body'],
    ['body_file', 'body'],
    ['matchdict', 'path'],
    ['subpath', 'path'],
    ['cookies', 'cookie'],
    ['headers', 'header'],
    ['user_agent', 'header'],
    ['referer', 'header'],
    ['referrer', 'header'],
    ['host', 'header'],
    ['url', 'url'],
    ['path', 'url'],
    ['path_info', 'url'],
    ['path_qs', 'url'],
    ['path_url', 'url'],
    ['query_string', 'query'],
    ['environ', 'any'],
  ]),
  sinks: [
    {
      ...html('pyramid.response.Response', [0, 'body'], 'text'),
      when: [pageUnless('content_type')],
      unless: 'plain-headers',
    },
    ...REDIRECTS.map((name) => redirect(`pyramid.httpexceptions.${name}`, [0, 'location'])),
    file('pyramid.response.FileResponse', [0, 'path']),
    cookie('pyramid.response.Response().set_cookie', [0, 'name'], [1, 'value']),
    ...['update', 'setdefault'].map((name) => session(`pyramid.request.Request.session.${name}`, '*')),
  ],
  sanitizers: [
    {
      name: 'pyramid.request.Request.route_url',
      contexts: ['redirect', 'url', 'html', 'attribute', 'header'],
    },
    {
      name: 'pyramid.request.Request.route_path',
      contexts: ['redirect', 'url', 'html', 'attribute', 'header'],
    },
  ],
  clean: [
    'pyramid.response.Response',
    'pyramid.response.FileResponse',
    'pyramid.renderers.render',
    'pyramid.renderers.render_to_response',
    ...REDIRECTS.map((name) => `pyramid.httpexceptions.${name}`),
  ],
};

export const falcon: LibraryModel = {
  library: 'falcon',
  aliases: { 'falcon.asgi.Request': 'falcon.Request', 'falcon.asgi.Response': 'falcon.Response' },
  sources: from('falcon', 'falcon.Request', [
    ['params', 'any'],
    ['get_param()', 'any', 0],
    ['get_param_as_list()', 'any', 0],
    ['get_param_as_json()', 'any', 0],
    ['media', 'body'],
    ['get_media()', 'body'],
    ['bounded_stream', 'body'],
    ['stream', 'body'],
    ['cookies', 'cookie'],
    ['get_cookie_values()', 'cookie', 0],
    ['headers', 'header'],
    ['get_header()', 'header', 0],
    ['user_agent', 'header'],
    ['referer', 'header'],
    ['host', 'header'],
    ['path', 'url'],
    ['uri', 'url'],
    ['url', 'url'],
    ['relative_uri', 'url'],
    ['query_string', 'query'],
    ['env', 'any'],
  ]),
  sinks: [
    ...REDIRECTS.map((name) => redirect(`falcon.${name}`, [0, 'location'])),
    cookie('falcon.Response.set_cookie', [0, 'name'], [1, 'value']),
    header('falcon.Response.append_header', [1, 'value']),
  ],
  clean: REDIRECTS.map((name) => `falcon.${name}`),
};

export const cherrypy: LibraryModel = {
  library: 'cherrypy',
  sources: from('cherrypy', 'cherrypy.request', [
    ['params', 'any'],
    ['json', 'body'],
    ['body', 'body'],
    ['rfile', 'body'],
    ['headers', 'header'],
    ['cookie', 'cookie'],
    ['path_info', 'url'],
    ['request_line', 'url'],
    ['query_string', 'query'],
  ]),
  sinks: [
    redirect('cherrypy.HTTPRedirect', [0, 'urls']),
    file('cherrypy.lib.static.serve_file', [0, 'path']),
    file('cherrypy.lib.static.serve_download', [0, 'path']),
    ...['update', 'setdefault'].map((name) => session(`cherrypy.session.${name}`, '*')),
  ],
  clean: ['cherrypy.HTTPRedirect', 'cherrypy.lib.static.serve_file', 'cherrypy.lib.static.serve_download'],
};

/** Twisted Web: what `render_GET` and its like are given. */
export const twisted: LibraryModel = {
  library: 'twisted',
  sources: from('twisted', 'twisted.web.Request', [
    ['args', 'any'],
    ['content', 'body'],
    ['path', 'url'],
    ['uri', 'url'],
    ['postpath', 'path'],
    ['requestHeaders', 'header'],
    ['getHeader()', 'header', 0],
    ['getCookie()', 'cookie', 0],
  ]),
  sinks: [
    { ...html('twisted.web.Request.write', 0), unless: 'plain-answer' },
    redirect('twisted.web.Request.redirect', [0, 'url']),
    redirect('twisted.web.util.redirectTo', [0, 'URL']),
    ...['Redirect', 'DeferredRedirect', 'ParentRedirect'].map((name) =>
      redirect(`twisted.web.util.${name}`, [0, 'url']),
    ),
  ],
};

export const robyn: LibraryModel = {
  library: 'robyn',
  aliases: { 'robyn.robyn.Request': 'robyn.Request' },
  sources: from('robyn', 'robyn.Request', [
    ['query_params', 'query'],
    ['path_params', 'path'],
    ['body', 'body'],
    ['json()', 'body'],
    ['form_data', 'form'],
    ['files', 'file'],
    ['headers', 'header'],
    ['url', 'url'],
  ]),
  sinks: [html('robyn.html', [0, 'html']), file('robyn.serve_file', [0, 'file_path'])],
  clean: ['robyn.html', 'robyn.serve_file'],
};
