import type { LibraryModel } from '../schema.ts';
import { html, redirect } from './entries.ts';

const WIDGETS = ['text_input', 'text_area', 'chat_input', 'file_uploader', 'data_editor'];
const PLACES = ['', 'sidebar.'];

/** Streamlit: what a visitor types, and where HTML is put into the page. */
export const streamlit: LibraryModel = {
  library: 'streamlit',
  aliases: {
    'streamlit.columns()[]': 'streamlit',
    'streamlit.tabs()[]': 'streamlit',
    'streamlit.container()': 'streamlit',
    'streamlit.expander()': 'streamlit',
    'streamlit.form()': 'streamlit',
    'streamlit.empty()': 'streamlit',
    'streamlit.experimental_get_query_params': 'streamlit.get_query_params',
  },
  sources: [
    ...WIDGETS.flatMap((widget) =>
      PLACES.map((place) => ({
        name: `streamlit.${place}${widget}()`,
        in: widget === 'file_uploader' ? ('file' as const) : ('message' as const),
        framework: 'streamlit',
        parameter: 0,
        says: 'what a visitor typed into a widget (streamlit)',
      })),
    ),
    { name: 'streamlit.query_params', in: 'query', framework: 'streamlit' },
    { name: 'streamlit.get_query_params()', in: 'query', framework: 'streamlit' },
    { name: 'streamlit.context.headers', in: 'header', framework: 'streamlit' },
    { name: 'streamlit.context.cookies', in: 'cookie', framework: 'streamlit' },
  ],
  sinks: [
    ...['markdown', 'write', 'caption', 'title', 'header', 'subheader', 'sidebar.markdown'].map((name) => ({
      name: `streamlit.${name}`,
      rule: 'py/xss',
      kind: 'html',
      args: [0],
      context: 'html' as const,
      when: [{ arg: 'unsafe_allow_html', is: [true] }],
    })),
    { name: 'streamlit.html', rule: 'py/xss', kind: 'html', args: [0], context: 'html' },
    { name: 'streamlit.components.v1.html', rule: 'py/xss', kind: 'html', args: [0], context: 'html' },
    {
      name: 'streamlit.connection().query',
      rule: 'py/sql-injection',
      kind: 'sql',
      args: [[0, 'sql']],
      context: 'sql',
    },
  ],
  stops: ['streamlit.stop'],
};

/** Gradio, Dash and Panel: HTML and Markdown components that take raw markup. */
export const gradio: LibraryModel = {
  library: 'gradio',
  sinks: [
    {
      name: 'dash.dcc.Markdown',
      rule: 'py/xss',
      kind: 'html',
      args: [0],
      context: 'html',
      when: [{ arg: 'dangerously_allow_html', is: [true] }],
    },
    {
      name: 'dash_dangerously_set_inner_html.DangerouslySetInnerHTML',
      rule: 'py/xss',
      kind: 'html',
      args: [0],
      context: 'html',
    },
    { name: 'dash.html.Iframe', rule: 'py/xss', kind: 'html', args: ['srcDoc'], context: 'html' },
    { name: 'gradio.HTML', rule: 'py/xss', kind: 'html', args: [[0, 'value']], context: 'html' },
  ],
};

const INPUTS = ['input', 'textarea', 'editor', 'codemirror', 'input_chips'];

/** NiceGUI: what a visitor types, and markup that is put into the page. */
export const nicegui: LibraryModel = {
  library: 'nicegui',
  sources: INPUTS.map((name) => ({
    name: `nicegui.ui.${name}().value`,
    in: 'message' as const,
    framework: 'nicegui',
  })),
  sinks: [
    html('nicegui.ui.html', [0, 'content']),
    html('nicegui.ui.add_head_html', [0, 'code']),
    html('nicegui.ui.add_body_html', [0, 'code']),
    redirect('nicegui.ui.navigate.to', [0, 'target']),
    {
      name: 'nicegui.ui.run_javascript',
      rule: 'py/xss',
      kind: 'html',
      args: [[0, 'code']],
      context: 'html',
    },
  ],
};

/** Panel: widgets of the browser and panes of raw HTML. */
export const panel: LibraryModel = {
  library: 'panel',
  sources: [
    ...['TextInput', 'TextAreaInput', 'TextEditor', 'AutocompleteInput', 'FileInput'].map((name) => ({
      name: `panel.widgets.${name}().value`,
      in: 'message' as const,
      framework: 'panel',
    })),
    { name: 'panel.state.session_args', in: 'query', framework: 'panel' },
    { name: 'panel.state.location.query_params', in: 'query', framework: 'panel' },
    { name: 'panel.state.headers', in: 'header', framework: 'panel' },
    { name: 'panel.state.cookies', in: 'cookie', framework: 'panel' },
  ],
  sinks: [html('panel.pane.HTML', [0, 'object'])],
};
