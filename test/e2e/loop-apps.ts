import type { Page } from 'playwright-core';
import { formMutations, jsonMutations, type Mutation, queryMutations } from './loop-mutations.ts';

/** An attack in many spellings, and what its success looks like in the answer. */
export interface Campaign {
  hole: string;
  mutations: readonly Mutation[];
  /** In the body or the Location of an answer. */
  success: RegExp;
}

export interface LoopApp {
  name: string;
  folder: string;
  /** File that the fix is written to, and what in it becomes what. */
  file: string;
  fixes: readonly (readonly [string, string])[];
  command(port: number): readonly string[];
  holes: number;
  campaigns: readonly Campaign[];
  /** What a person does with the app, with what has to be on the page afterwards. */
  use(page: Page, url: string): Promise<void>;
}

const TAUTOLOGY = "x' OR '7'='7";
const OS_RELEASE = /^(?:PRETTY_)?NAME=/m;
const SUM = '$((6*7000+7))';
const PICKLED = Buffer.from("(dS'customer'\ncbuiltins\neval\n(S'6*7000+7'\ntRs.", 'latin1').toString(
  'base64',
);

const seeText = async (page: Page, text: string): Promise<void> => {
  await page.getByText(text).first().waitFor();
};

const flask: LoopApp = {
  name: 'flask',
  folder: 'holes-flask',
  file: 'app.py',
  command: (port) => ['flask', '--app', 'app.py', 'run', '--port', String(port)],
  holes: 10,
  fixes: [
    [
      `"SELECT id, customer, state, total FROM invoices WHERE customer = '" + customer + "'").fetchall()`,
      '"SELECT id, customer, state, total FROM invoices WHERE customer = ?", (customer,)).fetchall()',
    ],
    [
      'f"SELECT id, customer, state, total FROM invoices WHERE year = {year}").fetchall()',
      '"SELECT id, customer, state, total FROM invoices WHERE year = ?", (int(year),)).fetchall()',
    ],
    [
      `statement = "SELECT id, customer, total FROM invoices WHERE state = '%s'" % asked["filter"]["state"]`,
      'statement = "SELECT id, customer, total FROM invoices WHERE state = ?"',
    ],
    ['database().execute(statement)', 'database().execute(statement, (str(asked["filter"]["state"]),))'],
    [
      'with open(os.path.join(FILES, name), encoding="utf-8") as file:',
      'with open(os.path.join(FILES, os.path.basename(name)), encoding="utf-8") as file:',
    ],
    [
      `subprocess.run(f"grep -c -i {word} {FILES}/ledger.csv", shell=True,`,
      `subprocess.run(["grep", "-c", "-i", "--", word, f"{FILES}/ledger.csv"],`,
    ],
    ['<h1>Dear {name},</h1>', '<h1>Dear {escape(name)},</h1>'],
    ['"<li>" + note + "</li>"', '"<li>" + str(escape(note)) + "</li>"'],
    ['from flask import Flask,', 'from markupsafe import escape\nfrom flask import Flask,'],
    [
      'redirect(request.args.get("to", "/"))',
      'redirect("/notes" if request.args.get("to") == "/notes" else "/")',
    ],
    [
      'url = request.args.get("url", "")',
      'url = "http://127.0.0.1:9/" if request.args.get("url") == "terms" else abort(400)',
    ],
    [
      'draft = pickle.loads(base64.b64decode(request.form.get("draft", "")))',
      'draft = {"customer": request.form.get("draft", "")[:40]}',
    ],
  ],
  campaigns: [
    {
      hole: 'SQL injection by query',
      mutations: queryMutations('/invoices', 'customer', TAUTOLOGY),
      success: /Mill Lane/,
    },
    {
      hole: 'SQL injection in a number',
      mutations: queryMutations('/years', 'year', '0 OR 7=7'),
      success: /Mill Lane/,
    },
    {
      hole: 'SQL injection by JSON',
      mutations: jsonMutations('/api/search', TAUTOLOGY, (text) => `{"filter":{"state":${text}}}`),
      success: /Mill Lane/,
    },
    {
      hole: 'SQL injection by JSON that becomes text',
      mutations: jsonMutations('/api/search', ' OR 7=7 -- ', (text) => `{"filter":{"state":${text}}}`),
      success: /Mill Lane/,
    },
    {
      hole: 'path traversal',
      mutations: queryMutations('/files', 'name', `${'../'.repeat(12)}etc/os-release`),
      success: OS_RELEASE,
    },
    {
      hole: 'absolute path',
      mutations: queryMutations('/files', 'name', '/etc/os-release'),
      success: OS_RELEASE,
    },
    {
      hole: 'command injection',
      mutations: formMutations('/count', 'word', `late; echo ${SUM} #`),
      success: /42007/,
    },
    {
      hole: 'substitution',
      mutations: formMutations('/count', 'word', `late|echo ${SUM}`),
      success: /42007/,
    },
    {
      hole: 'argument injection',
      mutations: formMutations('/count', 'word', '-h NAME= /etc/os-release'),
      success: /^[1-9]\d*\s*$/m,
    },
    {
      hole: 'reflected script',
      mutations: queryMutations('/greeting', 'name', '<img src=x onerror=alert(7)>'),
      success: /<img src=x onerror/i,
    },
    {
      hole: 'stored script',
      mutations: formMutations('/notes', 'text', '<svg onload=alert(7)>'),
      success: /<svg onload/i,
    },
    {
      hole: 'open redirect',
      mutations: ['https://evil.example/', '//evil.example', '/\\evil.example', 'https:evil.example'].flatMap(
        (to) => queryMutations('/go', 'to', to),
      ),
      success: /evil\.example/i,
    },
    {
      hole: 'server-side request',
      mutations: [
        'http://127.0.0.1:BEACON/',
        'http://2130706433:BEACON/',
        'http://0x7f.1:BEACON/',
        'http://a@127.0.0.1:BEACON/',
        'http://localhost:BEACON/#@allowed.example',
      ].flatMap((url) => queryMutations('/preview', 'url', url)),
      success: /beacon was here/,
    },
    {
      hole: 'unsafe pickle',
      mutations: formMutations('/drafts', 'draft', PICKLED),
      success: /42007/,
    },
  ],
  use: async (page, url) => {
    await page.goto(url);
    await seeText(page, 'Invoice desk');
    await page.getByLabel('Customer').fill('Harbour Bakery');
    await page.getByRole('button', { name: 'Find' }).click();
    await seeText(page, 'Harbour Bakery');
    await page.goto(url);
    await page.getByRole('button', { name: 'List the year' }).click();
    await seeText(page, 'Mill Lane Surgery');
    await page.goto(url);
    await page.getByLabel('Word').fill('Harbour');
    await page.getByRole('button', { name: 'Count' }).click();
    await seeText(page, '2');
    await page.goto(url);
    await page.getByLabel('Name').fill("Zoë O'Hara & Söhne");
    await page.getByRole('button', { name: 'Greet' }).click();
    await seeText(page, "Dear Zoë O'Hara & Söhne");
    await page.goto(url);
    await page.getByLabel('Note').fill('Call back at 5 > 4, ask for "Ada"');
    await page.getByRole('button', { name: 'Keep the note' }).click();
    await seeText(page, 'Call back at 5');
    await page.goto(url);
    await page.getByRole('link', { name: 'Terms' }).click();
    await seeText(page, 'Payment within 30 days');
    await page.goto(url);
    await page.getByRole('link', { name: 'Go to the notes' }).click();
    await page.waitForURL((at) => at.pathname === '/notes');
    const found = await page.evaluate(async () => {
      const answer = await fetch('/api/search', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ filter: { state: 'late' } }),
      });
      return answer.text();
    });
    if (!found.includes('Mill Lane Surgery')) throw new Error(`the search answered ${found}`);
    const draft = await page.evaluate(async () => {
      // {"customer": "Ada"} as Python pickles it.
      const body = new URLSearchParams({ draft: 'gASVFQAAAAAAAAB9lIwIY3VzdG9tZXKUjANBZGGUcy4=' });
      return (await fetch('/drafts', { method: 'POST', body })).text();
    });
    if (!draft.includes('customer')) throw new Error(`the draft answered ${draft}`);
  },
};

const django: LoopApp = {
  name: 'django',
  folder: 'holes-django',
  file: 'shelf/views.py',
  command: (port) => ['python', 'manage.py', 'runserver', '--noreload', `127.0.0.1:${port}`],
  holes: 11,
  fixes: [
    [
      `cursor.execute(f"SELECT id, title FROM documents WHERE title LIKE '%{title}%'")`,
      'cursor.execute("SELECT id, title FROM documents WHERE title LIKE %s", ["%" + title + "%"])',
    ],
    [
      'cursor.execute("SELECT id, title, author FROM documents WHERE id = " + number)',
      'cursor.execute("SELECT id, title, author FROM documents WHERE id = %s", [int(number)])',
    ],
    [
      `cursor.execute("SELECT id, title FROM documents WHERE author = '" + name + "'")`,
      'cursor.execute("SELECT id, title FROM documents WHERE author = %s", [name])',
    ],
    [
      `cursor.execute("SELECT id, title FROM documents WHERE author = '%s'" % asked["where"]["author"])`,
      'cursor.execute("SELECT id, title FROM documents WHERE author = %s", [str(asked["where"]["author"])])',
    ],
    [
      'with open(os.path.join(DOCUMENTS, name), encoding="utf-8") as file:',
      'with open(os.path.join(DOCUMENTS, os.path.basename(name)), encoding="utf-8") as file:',
    ],
    [
      'subprocess.run("wc -l " + name, shell=True, cwd',
      'subprocess.run(["wc", "-l", "--", os.path.basename(name)], cwd',
    ],
    ['<h1>Hello " + name + "</h1>"', '<h1>Hello " + escape(name) + "</h1>"'],
    ['"<li>" + text + "</li>"', '"<li>" + escape(text) + "</li>"'],
    [
      'from django.shortcuts import render',
      'from django.shortcuts import render\nfrom django.utils.html import escape',
    ],
    [
      'HttpResponseRedirect(request.GET.get("next", "/"))',
      'HttpResponseRedirect("/comments/" if request.GET.get("next") == "/comments/" else "/")',
    ],
    [
      'with urlopen(request.GET.get("url", ""), timeout=5) as page:\n        return HttpResponse(page.read(20_000), content_type="text/plain")',
      'return HttpResponse("Nothing is fetched any more.", content_type="text/plain")',
    ],
    [
      'yaml.load(request.POST.get("list", ""), Loader=yaml.UnsafeLoader)',
      'yaml.safe_load(request.POST.get("list", ""))',
    ],
  ],
  campaigns: [
    {
      hole: 'SQL injection in LIKE',
      mutations: queryMutations('/titles/', 'title', "x' OR '7'='7' -- "),
      success: /lichens/,
    },
    {
      hole: 'SQL injection in a number',
      mutations: queryMutations('/documents/', 'id', '0 OR 7=7'),
      success: /lichens/,
    },
    {
      hole: 'SQL injection by path',
      mutations: [
        "x' OR '7'='7",
        "x'/**/OR/**/'7'='7",
        'x%27%20OR%20%277%27%3D%277',
        'x%2527%20OR%207=7',
        'x%EF%BC%87 OR 7=7 -- ',
      ].flatMap((value) =>
        [`/authors/${value.replaceAll(' ', '%20')}/`, `//authors//${value.replaceAll(' ', '%20')}/`].map(
          (path) => ({
            says: path,
            ask: { path },
          }),
        ),
      ),
      success: /lichens/,
    },
    {
      hole: 'SQL injection by JSON',
      mutations: jsonMutations('/api/find/', TAUTOLOGY, (text) => `{"where":{"author":${text}}}`),
      success: /lichens/,
    },
    {
      hole: 'path traversal',
      mutations: queryMutations('/read/', 'file', `${'../'.repeat(12)}etc/os-release`),
      success: OS_RELEASE,
    },
    {
      hole: 'command injection',
      mutations: formMutations('/lines/', 'file', `welcome.txt; echo ${SUM} #`),
      success: /42007/,
    },
    {
      hole: 'argument injection',
      mutations: formMutations('/lines/', 'file', '/etc/os-release'),
      success: /os-release/,
    },
    {
      hole: 'reflected script',
      mutations: queryMutations('/hello/', 'name', '<svg onload=alert(7)>'),
      success: /<svg onload/i,
    },
    {
      hole: 'stored script',
      mutations: formMutations('/comments/', 'text', '<svg onload=alert(7)>'),
      success: /<svg onload/i,
    },
    {
      hole: 'open redirect',
      mutations: queryMutations('/leave/', 'next', '//evil.example/'),
      success: /evil\.example/i,
    },
    {
      hole: 'server-side request',
      mutations: queryMutations('/fetch/', 'url', 'http://127.0.0.1:BEACON/'),
      success: /beacon was here/,
    },
    {
      hole: 'unsafe YAML',
      mutations: [
        '!!python/object/apply:builtins.str ["made"]',
        '- !!python/object/apply:builtins.str ["made"]',
        '{?!!python/object/apply:builtins.str ["made"] : 1}',
        '!<tag:yaml.org,2002:python/object/apply:builtins.str> ["made"]',
        '%TAG !p! tag:yaml.org,2002:python/\n---\n- !p!object/apply:builtins.str ["made"]',
      ].flatMap((value) => formMutations('/import/', 'list', value)),
      success: /made/,
    },
  ],
  use: async (page, url) => {
    await page.goto(url);
    await seeText(page, 'Document shelf');
    await page.getByLabel('Title').fill('lichens');
    await page.getByRole('button', { name: 'Find' }).click();
    await seeText(page, 'A field guide to lichens');
    await page.goto(url);
    await page.getByRole('link', { name: 'Tide tables' }).click();
    await seeText(page, 'Moreau');
    await page.goto(`${url}/authors/Lindqvist/`);
    await seeText(page, 'Hara Street');
    await page.goto(url);
    await page.getByLabel('Name').fill('Zoë');
    await page.getByRole('button', { name: 'Greet' }).click();
    await seeText(page, 'Hello Zoë');
    await page.goto(url);
    await page.getByRole('button', { name: 'Count lines' }).click();
    await seeText(page, '2 welcome.txt');
    await page.goto(url);
    await page.getByLabel('Comment').fill('Lovely! 3 < 4 & "so on"');
    await page.getByRole('button', { name: 'Keep the comment' }).click();
    await seeText(page, 'Lovely!');
    await page.goto(url);
    await page.getByRole('link', { name: 'Welcome' }).click();
    await seeText(page, 'Please bring the books back');
    await page.goto(url);
    await page.getByRole('link', { name: 'Go to the comments' }).click();
    await page.waitForURL((at) => at.pathname === '/comments/');
    const answers = await page.evaluate(async () => {
      const found = await fetch('/api/find/', { method: 'POST', body: '{"where":{"author":"Moreau"}}' });
      const list = await fetch('/import/', {
        method: 'POST',
        body: new URLSearchParams({ list: '- Wow! A title\n- "Another: one"' }),
      });
      return (await found.text()) + (await list.text());
    });
    if (!answers.includes('Tide tables') || !answers.includes('Wow! A title'))
      throw new Error(`the app answered ${answers}`);
  },
};

export const LOOP_APPS: readonly LoopApp[] = [flask, django];
