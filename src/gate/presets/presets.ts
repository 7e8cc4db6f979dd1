import { dash } from './dash.ts';
import { django } from './django.ts';
import { fastapi } from './fastapi.ts';
import { flask } from './flask.ts';
import { generic, node } from './generic.ts';
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
  node,
  generic,
};
