import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readCall } from './call.ts';

const cases: [string, string, string | undefined, string][] = [
  ['streamlit run a.py', 'streamlit', undefined, 'run a.py'],
  ['python -m streamlit run a.py', 'streamlit', undefined, 'run a.py'],
  ['/venv/bin/python3.11 -u -X dev -m flask run', 'flask', undefined, 'run'],
  ['python -mflask run', 'flask', undefined, 'run'],
  ['python app.py --x 1', 'python', 'app.py', '--x 1'],
  ['python -W error app.py', 'python', 'app.py', ''],
  ['./manage.py runserver', 'python', './manage.py', 'runserver'],
  ['uv run streamlit run a.py', 'streamlit', undefined, 'run a.py'],
  ['uv run --with pandas -- python -m flask run', 'flask', undefined, 'run'],
  ['poetry run python manage.py runserver', 'python', 'manage.py', 'runserver'],
  ['conda run -n base jupyter lab', 'jupyter', undefined, 'lab'],
  ['env -u X DEBUG=1 uvicorn m:app', 'uvicorn', undefined, 'm:app'],
  ['nice -n 5 nohup node server.js', 'node', undefined, 'server.js'],
  ['uv sync', 'uv', undefined, 'sync'],
  ['python -c pass', 'python', undefined, '-c pass'],
  ['C:\\Python\\python.exe -m dash', 'dash', undefined, ''],
];

for (const [command, program, script, args] of cases) {
  test(`"${command}" is a call of ${program}${script === undefined ? '' : ` with ${script}`}`, () => {
    const call = readCall(command.split(' '));
    assert.deepEqual(
      { program: call.program, script: call.script, args: call.args.join(' ') },
      { program, script, args },
    );
  });
}
