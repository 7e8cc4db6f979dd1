const BROWSERS: readonly [needle: string, name: string][] = [
  ['Edg/', 'Edge'],
  ['OPR/', 'Opera'],
  ['Vivaldi/', 'Vivaldi'],
  ['SamsungBrowser/', 'Samsung Internet'],
  ['Firefox/', 'Firefox'],
  ['FxiOS/', 'Firefox'],
  ['CriOS/', 'Chrome'],
  ['Chrome/', 'Chrome'],
  ['Safari/', 'Safari'],
  ['curl/', 'curl'],
  ['Wget/', 'Wget'],
  ['python-requests/', 'Python'],
];

const SYSTEMS: readonly [needle: string, name: string][] = [
  ['iPhone', 'iPhone'],
  ['iPad', 'iPad'],
  ['Android', 'Android'],
  ['CrOS', 'ChromeOS'],
  ['Windows', 'Windows'],
  ['Mac OS X', 'macOS'],
  ['Linux', 'Linux'],
  ['FreeBSD', 'FreeBSD'],
];

const firstOf = (table: readonly [string, string][], text: string): string | undefined =>
  table.find(([needle]) => text.includes(needle))?.[1];

/** `Firefox on Linux`: what a person recognises a session by. Only words of ours, so nothing sent can show up in it. */
export const deviceName = (userAgent: string): string => {
  const text = userAgent.slice(0, 512);
  const [browser, system] = [firstOf(BROWSERS, text), firstOf(SYSTEMS, text)];
  if (browser !== undefined && system !== undefined) return `${browser} on ${system}`;
  return browser ?? system ?? 'Unknown device';
};
