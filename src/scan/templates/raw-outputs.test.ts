import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { templateShape } from './raw-outputs.ts';

const roots = (text: string) => templateShape(text).outputs.map((output) => output.roots.join('+'));

test('what is marked as safe, or stands where escaping is off, is put out as it is', () => {
  assert.deepEqual(roots('{{ a }}{{ b|safe }}{{ c.d["e"] | upper | safe }}'), ['b', 'c']);
  assert.deepEqual(roots('{% autoescape off %}{{ a }}{% endautoescape %}{{ b }}'), ['a']);
  assert.deepEqual(roots('{% autoescape false %}{{ a|e }}{{ b }}{% endautoescape %}'), ['b']);
  assert.deepEqual(roots('{{! a }} {{!b.c}} {{d}}'), ['a', 'b']);
  assert.deepEqual(roots('{% raw a.b %}{% raw %}{{ c }}{% endraw %}'), ['a']);
});

test('names of loops, of set and of with stand for what they were made of', () => {
  assert.deepEqual(roots('{% for post in blog.posts %}{{ post.body|safe }}{% endfor %}{{ post|safe }}'), [
    'blog',
    'post',
  ]);
  assert.deepEqual(roots('{% for key, value in pairs.items() %}{{ value|safe }}{% endfor %}'), ['pairs']);
  assert.deepEqual(roots('{% set html = page.body %}{{ html|safe }}'), ['page']);
  assert.deepEqual(roots('{% with x=user.bio %}{{ x|safe }}{% endwith %}'), ['user']);
  assert.deepEqual(roots('{% with user.bio as x %}{{ x|safe }}{% endwith %}'), ['user']);
});

test('in a script a value outside of quotes counts, and one made into JSON does not', () => {
  assert.deepEqual(
    roots('<script>let a = {{ a }}; let b = "{{ b }}"; let c = {{ c|tojson }};</script>{{ d }}'),
    ['a'],
  );
});

test('comments and texts name nothing', () => {
  assert.deepEqual(roots('{# {{ a|safe }} #}{% comment %}{{ b|safe }}{% endcomment %}{{ "<b>"|safe }}'), []);
  assert.deepEqual(roots("{{ ('<b>' ~ name ~ '</b>')|safe }}"), ['name']);
});

test('included and extended templates are named', () => {
  const { uses } = templateShape(
    '{% extends "base.html" %}{% include \'part.html\' %}{% from "m.html" import f %}',
  );
  assert.deepEqual(uses, ['base.html', 'part.html', 'm.html']);
});

test('no text makes it throw or run long', () => {
  const part = fc.constantFrom(
    '{{',
    '}}',
    '{%',
    '%}',
    ' for a in b ',
    '|safe',
    '"',
    "'",
    '<script>',
    '</script>',
    'x',
    '\n',
    '{#',
    '#}',
    ' autoescape off ',
    'set a = ',
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 60 }), (parts) => {
      templateShape(parts.join(''));
    }),
  );
  templateShape('{{ a '.repeat(20_000));
  templateShape('{%'.repeat(50_000));
  templateShape(`{{ ${'a.'.repeat(900)}`.repeat(100));
});
