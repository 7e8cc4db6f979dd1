/** Where a call that renders a template takes its name and its variables from. */
export interface Renderer {
  /** Position of the name, and its keyword. */
  readonly template: readonly [number, string];
  /** Position and keyword of the mapping of variables; null when they are keyword arguments. */
  readonly context: readonly [number, string] | null;
  /** The first argument is the text of the template itself. */
  readonly inline?: boolean;
}

const JINJA: Renderer = { template: [0, 'template_name_or_list'], context: null };
const RESPONSE: Renderer = { template: [1, 'name'], context: [2, 'context'] };

export const RENDERERS: ReadonlyMap<string, Renderer> = new Map<string, Renderer>([
  ['flask.render_template', JINJA],
  ['flask.stream_template', JINJA],
  ['flask.render_template_string', { ...JINJA, inline: true }],
  ['flask.stream_template_string', { ...JINJA, inline: true }],
  ['django.shortcuts.render', { template: [1, 'template_name'], context: [2, 'context'] }],
  ['django.template.loader.render_to_string', { template: [0, 'template_name'], context: [1, 'context'] }],
  ['django.template.response.TemplateResponse', { template: [1, 'template'], context: [2, 'context'] }],
  ['django.template.response.SimpleTemplateResponse', { template: [0, 'template'], context: [1, 'context'] }],
  ['starlette.templating.Jinja2Templates().TemplateResponse', RESPONSE],
  ['fastapi.templating.Jinja2Templates().TemplateResponse', RESPONSE],
  ['aiohttp_jinja2.render_template', { template: [0, 'template_name'], context: [2, 'context'] }],
  ['aiohttp_jinja2.render_string', { template: [0, 'template_name'], context: [2, 'context'] }],
  ['bottle.template', { template: [0, 'name'], context: null }],
  ['tornado.Handler.render', { template: [0, 'template_name'], context: null }],
  ['tornado.Handler.render_string', { template: [0, 'template_name'], context: null }],
]);

/** `environment.get_template(NAME)` keeps the name, so that `.render()` knows the template. */
export const LOADED = /^jinja2\.Environment\(\)\.(get_template|select_template|get_or_select_template)\(\)$/;
