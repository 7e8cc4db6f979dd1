import { bokeh, panel } from './bokeh.ts';
import { dash } from './dash.ts';
import { django } from './django.ts';
import { fastapi } from './fastapi.ts';
import { flask } from './flask.ts';
import { generic, node } from './generic.ts';
import { gradio } from './gradio.ts';
import { jupyter } from './jupyter.ts';
import type { Preset, PresetName } from './preset.ts';
import { streamlit } from './streamlit.ts';

/** Every preset by its name. */
export const PRESETS: Readonly<Record<PresetName, Preset>> = {
  streamlit,
  dash,
  flask,
  django,
  fastapi,
  jupyter,
  panel,
  bokeh,
  gradio,
  node,
  generic,
};
