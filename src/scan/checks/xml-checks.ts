import { externalNames, onlyConstant, UNKNOWN } from '../flow/value.ts';
import { always, type CallCheck, type CallChecks, each, type Verdict } from './call-check.ts';

const xml = always('py/unsafe-xml', 'Entities in the document are expanded.', { confidence: 'possible' });
const lxml: CallCheck = (call) => {
  const parser = call.arg(1, 'parser');
  return parser === null
    ? { rule: 'py/unsafe-xml', why: 'The default parser of lxml expands entities.', confidence: 'possible' }
    : null;
};
const TOLD: Verdict = {
  rule: 'py/unsafe-xml',
  why: 'The parser is told to resolve entities or to fetch documents.',
  confidence: 'confirmed',
  severity: 'high',
};

const xmlParser: CallCheck = (call) => {
  const resolves = call.arg(-1, 'resolve_entities');
  if (
    resolves?.consts.includes(true) === true ||
    call.is(-1, 'no_network', false) ||
    call.is(-1, 'load_dtd', true)
  ) {
    return TOLD;
  }
  return null;
};

const EXTERNAL = /feature_external_(ges|pes)$|\/features\/external-(general|parameter)-entities$/;
// A parser of SAX: `setFeature(feature_external_ges, True)`
const feature: CallCheck = (call) => {
  const name = call.arg(0, 'name');
  const external = [...externalNames(name ?? UNKNOWN), String(onlyConstant(name ?? UNKNOWN))];
  return external.some((each) => EXTERNAL.test(each)) && call.is(1, 'state', true, 1) ? TOLD : null;
};

const off =
  (...names: readonly string[]): CallCheck =>
  (call) =>
    names.some((name) => call.is(-1, name, false)) ? TOLD : null;

const XML = [
  'xml.etree.ElementTree',
  'xml.etree.cElementTree',
  'xml.dom.minidom',
  'xml.dom.pulldom',
  'xml.sax',
  'xml.dom.expatbuilder',
];

const LXML = ['parse', 'fromstring', 'XML', 'fromstringlist'];
const PARSERS = ['XMLParser', 'ETCompatXMLParser', 'XMLPullParser', 'iterparse'];

export const XML_CHECKS: readonly [string, CallChecks][] = [
  ...each(
    XML.flatMap((name) =>
      [
        'parse',
        'fromstring',
        'parseString',
        'iterparse',
        'XML',
        'XMLParser',
        'make_parser',
        'XMLPullParser',
        'fromstringlist',
      ].map((fn) => `${name}.${fn}`),
    ),
    xml,
  ),
  ...each(
    ['lxml.etree', 'lxml.objectify'].flatMap((owner) => LXML.map((name) => `${owner}.${name}`)),
    lxml,
  ),
  ...each([...PARSERS.map((name) => `lxml.etree.${name}`), 'lxml.objectify.makeparser'], xmlParser),
  ...each(['xmlrpc.client.ServerProxy', 'xmlrpc.server.SimpleXMLRPCServer'], xml),
  ...each(['xml.parsers.expat.ParserCreate', 'pyexpat.ParserCreate'], xml),
  ...each(['xml.sax.make_parser().setFeature', '*.setFeature'], feature),
  ['xmltodict.parse', off('disable_entities')],
  ...each(
    ['ElementTree', 'minidom', 'pulldom', 'sax', 'expatbuilder', 'lxml'].flatMap((module) =>
      ['parse', 'fromstring', 'parseString', 'iterparse', 'XML'].map((fn) => `defusedxml.${module}.${fn}`),
    ),
    off('forbid_entities', 'forbid_external'),
  ),
];
