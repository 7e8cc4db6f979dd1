// Before the rest of the page, so that it does not flash in the other colours.
const chosen = (() => {
  try {
    return localStorage.getItem('theme') ?? '';
  } catch {
    return '';
  }
})();

const show = (theme) => {
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
};
show(chosen);

const picker = document.getElementById('theme');
picker.value = chosen;
picker.addEventListener('change', () => {
  show(picker.value);
  dispatchEvent(new Event('theme'));
  try {
    localStorage.setItem('theme', picker.value);
  } catch {
    // A browser that keeps nothing still shows the colours until the page is left.
  }
});
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () =>
  dispatchEvent(new Event('theme')),
);
