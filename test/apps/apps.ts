import { join } from 'node:path';
import { examplePath } from './venv.ts';

/** The example of one framework: what people type, and where. */
export interface ExampleApp {
  name: string;
  preset: string;
  /** Folder in which the command is typed. */
  cwd: string;
  command: readonly string[];
  /** A path and what its answer holds. */
  shows: { path: string; text: RegExp };
}

/** Every framework in the words that its own documentation uses. */
export const EXAMPLES: readonly ExampleApp[] = [
  {
    name: 'streamlit',
    preset: 'streamlit',
    cwd: examplePath('streamlit'),
    command: ['streamlit', 'run', 'sales.py'],
    shows: { path: '/_stcore/health', text: /ok/ },
  },
  {
    name: 'dash',
    preset: 'dash',
    cwd: examplePath('dash'),
    command: ['python', 'energy.py'],
    shows: { path: '/_dash-layout', text: /Night setback/ },
  },
  {
    name: 'flask',
    preset: 'flask',
    cwd: examplePath('flask'),
    command: ['flask', '--app', 'app.py', 'run'],
    shows: { path: '/', text: /Help desk/ },
  },
  {
    name: 'django',
    preset: 'django',
    cwd: examplePath('django'),
    command: ['python', 'manage.py', 'runserver'],
    shows: { path: '/', text: /Guest book/ },
  },
  {
    name: 'fastapi',
    preset: 'fastapi',
    cwd: examplePath('fastapi'),
    command: ['uvicorn', 'api:app'],
    shows: { path: '/openapi.json', text: /Team room/ },
  },
  {
    name: 'jupyter',
    preset: 'jupyter',
    cwd: examplePath('jupyter'),
    // Tests run as root in containers; people name a user instead.
    command: ['jupyter', 'lab', ...(process.getuid?.() === 0 ? ['--allow-root'] : [])],
    shows: { path: '/api/contents', text: /waiting-times\.ipynb/ },
  },
];

const SMALL_APPS = join(import.meta.dirname, 'small');

/** Frameworks without an example of their own. */
export const SMALL: readonly ExampleApp[] = [
  {
    name: 'panel',
    preset: 'panel',
    cwd: SMALL_APPS,
    command: ['panel', 'serve', 'panel_app.py'],
    shows: { path: '/panel_app', text: /Panel|panel/ },
  },
  {
    name: 'bokeh',
    preset: 'bokeh',
    cwd: SMALL_APPS,
    command: ['bokeh', 'serve', 'bokeh_app.py'],
    shows: { path: '/bokeh_app', text: /Bokeh/ },
  },
  {
    name: 'gradio',
    preset: 'gradio',
    cwd: SMALL_APPS,
    command: ['python', 'gradio_app.py'],
    shows: { path: '/', text: /gradio/i },
  },
  {
    name: 'node',
    preset: 'node',
    cwd: SMALL_APPS,
    command: ['node', 'node_app.js'],
    shows: { path: '/', text: /Counter/ },
  },
];
