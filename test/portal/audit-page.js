// What a page does wrong for people who see little, or who use a keyboard or a screen reader (WCAG 2.2). Runs in the
// browser; its value is a list of sentences.
(() => {
  const problems = [];
  const say = (what, element) =>
    problems.push(element ? `${what}: ${element.outerHTML.slice(0, 120)}` : what);
  const all = (selector) => [...document.querySelectorAll(selector)];
  const isSeen = (element) =>
    element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) &&
    element.closest('[aria-hidden="true"]') === null;

  const parse = (text) => {
    const [r = 0, g = 0, b = 0, a = 1] = (text.match(/[\d.]+/g) ?? []).map(Number);
    return [r, g, b, a];
  };
  const over = (front, back) => [...[0, 1, 2].map((i) => front[i] * front[3] + back[i] * (1 - front[3])), 1];
  const backgroundOf = (element) => {
    if (element === null) return [255, 255, 255, 1];
    const own = parse(getComputedStyle(element).backgroundColor);
    return own[3] === 1 ? own : over(own, backgroundOf(element.parentElement));
  };
  const luminance = (colour) => {
    const [r, g, b] = colour.slice(0, 3).map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (a, b) => {
    const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y);
    return (light + 0.05) / (dark + 0.05);
  };

  // 1.4.3 Contrast (minimum); the letters on the apps' doors count as well.
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode(); node !== null; node = texts.nextNode()) {
    const element = node.parentElement;
    if (!node.textContent.trim() || !(element.matches('.door') || isSeen(element))) continue;
    const style = getComputedStyle(element);
    const back = backgroundOf(element);
    const size = Number.parseFloat(style.fontSize);
    const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const found = ratio(over(parse(style.color), back), back);
    if (found < (isLarge ? 3 : 4.5)) say(`contrast ${found.toFixed(2)}`, element);
  }

  // 1.4.11 Non-text contrast
  for (const field of all('input:not([type=hidden], [type=checkbox]), button:not(.peek), .button').filter(
    isSeen,
  )) {
    const style = getComputedStyle(field);
    const around = backgroundOf(field.parentElement);
    const edge = style.borderTopWidth === '0px' ? around : over(parse(style.borderTopColor), around);
    const stands = Math.max(ratio(edge, around), ratio(backgroundOf(field), around));
    if (stands < 3) say(`edge ${stands.toFixed(2)}`, field);
  }

  // 1.3.1, 1.3.5, 2.4.6, 4.1.2: names, labels, headings, landmarks
  for (const field of all('input:not([type=hidden])').filter(isSeen)) {
    if (field.labels.length === 0) say('no label', field);
    if (field.type !== 'checkbox' && !field.getAttribute('autocomplete')) say('no autocomplete', field);
    for (const id of (field.getAttribute('aria-describedby') ?? '').split(' ').filter(Boolean)) {
      if (document.getElementById(id) === null) say(`describes nothing (${id})`, field);
    }
  }
  for (const named of all('a[href], button')) {
    if (!named.textContent.trim() && !named.getAttribute('aria-label')) say('no name', named);
  }
  for (const section of all('section, nav, [role=region]')) {
    const by = section.getAttribute('aria-labelledby');
    if (!section.getAttribute('aria-label') && !(by && document.getElementById(by)))
      say('unnamed landmark', section);
  }
  for (const cell of all('th')) if (!cell.getAttribute('scope')) say('no scope', cell);
  const levels = all('h1, h2, h3, h4').map(({ tagName }) => Number(tagName.slice(1)));
  if (levels.filter((level) => level === 1).length !== 1) say('not one h1');
  for (const [i, level] of levels.entries()) {
    if (i > 0 && level > levels[i - 1] + 1) say(`heading ${level} after ${levels[i - 1]}`);
  }
  if (all('main').length !== 1) say('not one main');
  if (!document.documentElement.lang) say('no language');
  if (!/^.+ · Gatehouse$/.test(document.title)) say(`title ${document.title}`);
  const ids = all('[id]').map(({ id }) => id);
  for (const id of ids.filter((value, i) => ids.indexOf(value) !== i)) say(`id twice: ${id}`);

  // 2.5.8 Target size, links within a sentence apart
  for (const target of all('a[href], button, input:not([type=hidden])').filter(isSeen)) {
    const { width, height } = (target.closest('label') ?? target).getBoundingClientRect();
    if (getComputedStyle(target).display !== 'inline' && (width < 24 || height < 24)) {
      say(`target ${width} by ${height}`, target);
    }
  }

  // 1.4.10 Reflow
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth > clientWidth) {
    const wide = all('body *').find((element) => element.getBoundingClientRect().right > clientWidth + 1);
    say(`scrolls sideways at ${innerWidth}`, wide);
  }
  return problems;
})();
