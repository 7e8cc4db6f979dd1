import type { ArgumentSpec, Condition, LibraryModel } from '../schema.ts';

type Sink = NonNullable<LibraryModel['sinks']>[number];
const sink =
  (rule: string, kind: string, context: Sink['context']) =>
  (name: string, args: ArgumentSpec[] = [0], when?: Condition[]): Sink => ({
    name,
    rule,
    kind,
    args,
    context,
    ...(when === undefined ? {} : { when }),
  });
const url = sink('py/ssrf', 'url', 'url');
const xpath = sink('py/xpath-injection', 'xpath', 'xpath');
const ldap = sink('py/ldap-injection', 'ldap', 'ldap');
const template = sink('py/template-injection', 'template', 'template');
const log = sink('py/log-injection', 'log', 'log');
const regex = sink('py/regex-injection', 'regex', 'regex');
const xml = sink('py/xxe', 'xml', 'xml');
const VERBS = ['get', 'post', 'put', 'delete', 'head', 'patch', 'options'];
const LEVELS = ['debug', 'info', 'warning', 'warn', 'error', 'critical', 'exception', 'log'];

/** URLs that the app fetches, mark-up that it reads and writes, directories, patterns, logs, mail. */
export const documents: LibraryModel = {
  library: 'documents',
  aliases: {
    'requests.session()': 'requests.Session()',
    'requests.sessions.Session()': 'requests.Session()',
    'requests.api': 'requests',
    'urllib2.urlopen': 'urllib.request.urlopen',
    'six.moves.urllib.request.urlopen': 'urllib.request.urlopen',
    'urllib.urlopen': 'urllib.request.urlopen',
    'httpx.AsyncClient()': 'httpx.Client()',
    'lxml.etree.fromstring()': 'lxml.Element',
    'lxml.etree.parse()': 'lxml.Element',
    'lxml.etree.XML()': 'lxml.Element',
    'lxml.html.fromstring()': 'lxml.Element',
    'lxml.html.parse()': 'lxml.Element',
    'lxml.Element.getroot()': 'lxml.Element',
    'xml.etree.ElementTree.parse()': 'xml.Element',
    'xml.etree.ElementTree.fromstring()': 'xml.Element',
    'xml.etree.cElementTree.parse()': 'xml.Element',
    'xml.Element.getroot()': 'xml.Element',
    'defusedxml.ElementTree.parse()': 'xml.Element',
    'defusedxml.ElementTree.fromstring()': 'xml.Element',
    'ldap.initialize()': 'ldap.Connection',
    'ldap3.Connection()': 'ldap3.Conn',
    'jinja2.sandbox.SandboxedEnvironment()': 'jinja2.sandbox.Sandbox',
    'jinja2.sandbox.ImmutableSandboxedEnvironment()': 'jinja2.sandbox.Sandbox',
    'jinja2.nativetypes.NativeEnvironment()': 'jinja2.Environment()',
    'jinja2.environment.Environment': 'jinja2.Environment',
    'jinja2.RawEnvironment().from_string()': 'jinja2.RawTemplate',
    'jinja2.RawEnvironment().get_template()': 'jinja2.RawTemplate',
    'jinja2.RawEnvironment().select_template()': 'jinja2.RawTemplate',
    'jinja2.Template()': 'jinja2.RawTemplate',
    'markupsafe.escape()': 'markupsafe.escape()',
    'logging.getLogger()': 'logging.Logger',
    'logging.LoggerAdapter()': 'logging.Logger',
    'logging.Logger()': 'logging.Logger',
    'flask.Flask().logger': 'logging.Logger',
    'loguru.logger': 'logging.Logger',
    'structlog.get_logger()': 'logging.Logger',
    'html.escape()': 'html.escape()',
    'cgi.escape': 'html.escape',
    'bleach.sanitizer.clean': 'bleach.clean',
    'jinja2.Markup': 'markupsafe.Markup',
    'jinja2.escape': 'markupsafe.escape',
  },
  sinks: [
    ...VERBS.flatMap((verb) => [
      url(`requests.${verb}`, [[0, 'url']]),
      url(`requests.Session().${verb}`, [[0, 'url']]),
      url(`httpx.${verb}`, [[0, 'url']]),
      url(`httpx.Client().${verb}`, [[0, 'url']]),
      url(`aiohttp.ClientSession().${verb}`, [[0, 'url']]),
    ]),
    url('requests.request', [[1, 'url']]),
    url('requests.Session().request', [[1, 'url']]),
    url('httpx.request', [[1, 'url']]),
    url('httpx.stream', [[1, 'url']]),
    url('httpx.Client().request', [[1, 'url']]),
    url('aiohttp.ClientSession().request', [[1, 'url']]),
    url('urllib.request.urlopen', [[0, 'url']]),
    url('urllib.request.urlretrieve', [[0, 'url']]),
    url('urllib3.PoolManager().request', [[1, 'url']]),
    url('urllib3.request', [[1, 'url']]),
    url('http.client.HTTPConnection', [[0, 'host']]),
    url('http.client.HTTPSConnection', [[0, 'host']]),
    url('socket.create_connection', [0]),
    url('socket.socket().connect', [0]),
    url('pycurl.Curl().setopt', [1]),
    url('wget.download', [0]),
    ...['xpath', 'find', 'findall', 'iterfind', 'findtext'].map((name) =>
      xpath(`lxml.Element.${name}`, [[0, '_path']]),
    ),
    ...['find', 'findall', 'iterfind', 'findtext'].map((name) => xpath(`xml.Element.${name}`)),
    xpath('*.xpath'),
    xpath('lxml.etree.XPath'),
    xpath('lxml.etree.ETXPath'),
    xpath('elementpath.select', [1]),
    xpath('libxml2.xmlXPathCompiledEval'),
    ...['search', 'search_s', 'search_st', 'search_ext', 'search_ext_s'].map((name) =>
      ldap(`ldap.Connection.${name}`, [
        [0, 'base'],
        [2, 'filterstr'],
      ]),
    ),
    ldap('ldap3.Conn.search', [
      [0, 'search_base'],
      [1, 'search_filter'],
    ]),
    ...['search_s', 'search_ext_s'].map((name) => ldap(`*.${name}`, [0, [2, 'filterstr']])),
    ldap('*.search', [
      [0, 'search_base'],
      [1, 'search_filter'],
    ]),
    template('jinja2.Template', [[0, 'source']]),
    template('jinja2.Environment().from_string', [[0, 'source']]),
    template('jinja2.RawEnvironment().from_string', [[0, 'source']]),
    template('jinja2.RawTemplate.from_string'),
    template('*.from_string'),
    template('mako.template.Template', [[0, 'text']]),
    template('string.Formatter().format', [0]),
    { ...sink('py/xss', 'html', 'html')('markupsafe.Markup') },
    ...LEVELS.flatMap((level) => [log(`logging.${level}`, ['*']), log(`logging.Logger.${level}`, ['*'])]),
    ...['compile', 'match', 'search', 'fullmatch', 'findall', 'finditer', 'sub', 'split'].map((name) =>
      regex(`re.${name}`, [[0, 'pattern']]),
    ),
    ...['parse', 'fromstring', 'XML', 'iterparse'].map((name) => ({
      ...xml(`lxml.etree.${name}`, [0]),
      when: [{ arg: [1, 'parser'] as [number, string], notNames: ['lxml.SafeParser'], absent: true }],
    })),
    { ...xml('xml.sax.make_parser().parse', [0]), needs: 'external-entities' },
    { ...xml('xml.dom.minidom.parse', [0]), needs: 'external-entities' },
    { ...xml('xml.dom.minidom.parseString', [0]), needs: 'external-entities' },
    { ...xml('xml.dom.pulldom.parse', [0]), needs: 'external-entities' },
    { ...xml('xml.dom.pulldom.parseString', [0]), needs: 'external-entities' },
    xml('xmltodict.parse', [0], [{ arg: 'disable_entities', is: [false] }]),
    ...['smtplib.SMTP()', 'smtplib.SMTP_SSL()', 'smtplib.LMTP()', 'aiosmtplib.SMTP()', '*'].map((name) =>
      sink(
        'py/email-injection',
        'email',
        'email',
      )(`${name}.sendmail`, [
        [1, 'to_addrs'],
        [2, 'msg'],
      ]),
    ),
  ],
  flags: ['xml.sax.make_parser().setFeature', 'xml.sax.expatreader.create_parser().setFeature'].map(
    (name) => ({
      name,
      flag: 'external-entities',
      when: [
        { arg: 0, names: ['xml.sax.handler.feature_external_ges', 'xml.sax.handler.feature_external_pes'] },
        { arg: 1, is: [true, 1] },
      ],
    }),
  ),
  sanitizers: [
    { name: 'html.escape', contexts: ['html', 'attribute'] },
    { name: 'markupsafe.escape', contexts: ['html', 'attribute'] },
    ...[
      'Markup.escape',
      'Markup().format',
      'Markup().join',
      'escape().format',
      'escape().join',
      'escape_silent',
    ].map((name) => ({ name: `markupsafe.${name}`, contexts: ['html' as const, 'attribute' as const] })),
    { name: 'xml.sax.saxutils.escape', contexts: ['html', 'xml'] },
    { name: 'xml.sax.saxutils.quoteattr', contexts: ['html', 'attribute', 'xml'] },
    { name: 'bleach.clean', contexts: ['html', 'attribute'] },
    { name: 'nh3.clean', contexts: ['html', 'attribute'] },
    {
      name: 'urllib.parse.quote',
      contexts: ['url', 'redirect', 'html', 'attribute', 'header', 'log', 'cookie', 'ldap', 'xpath'],
    },
    {
      name: 'urllib.parse.quote_plus',
      contexts: ['url', 'redirect', 'html', 'attribute', 'header', 'log', 'cookie', 'path', 'ldap', 'xpath'],
    },
    {
      name: 'urllib.parse.urlencode',
      contexts: ['url', 'redirect', 'html', 'attribute', 'header', 'log', 'cookie'],
    },
    { name: 'ldap.filter.escape_filter_chars', contexts: ['ldap'] },
    { name: 'ldap.dn.escape_dn_chars', contexts: ['ldapName'] },
    { name: 'ldap3.utils.conv.escape_filter_chars', contexts: ['ldap'] },
    { name: 'ldap3.utils.dn.escape_rdn', contexts: ['ldapName'] },
    { name: 're.escape', contexts: ['regex'] },
    { name: 'json.dumps', contexts: ['log', 'header', 'script'] },
    { name: 'flask.escape', contexts: ['html', 'attribute'] },
  ],
  clean: [
    ...LEVELS.map((level) => `logging.Logger.${level}`),
    ...LEVELS.map((level) => `logging.${level}`),
    're.compile',
    'jinja2.sandbox.Sandbox.from_string',
  ],
  passes: [
    { name: 'urllib.request.Request', args: [[0, 'url']] },
    { name: 'jinja2.Template' },
    { name: 'markupsafe.Markup' },
    { name: 'markdown.markdown' },
    { name: 'jinja2.RawTemplate.render' },
    { name: 'jinja2.RawTemplate.generate' },
    { name: 'jinja2.RawTemplate.render_async' },
    { name: 'django.template.Template().render', args: [] },
    { name: 'xmltodict.parse', args: [0] },
  ],
};
