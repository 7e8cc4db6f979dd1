// Conveniences for the portal's pages, which all work without this script.

const COMMON = (
  'password passwort passwd senha motdepasse contrasena qwerty qwertz azerty asdfgh zxcvbn letmein welcome admin ' +
  'administrator iloveyou monkey dragon sunshine princess football baseball master shadow superman batman trustno1 ' +
  'hello freedom whatever login secret summer winter spring autumn gatehouse dashboard abc123 test guest changeme ' +
  'january february march april june july august september october november december monday friday sunday'
).split(' ');
const WALKS = [
  'qwertyuiop',
  'asdfghjkl',
  'zxcvbnm',
  '01234567890',
  'abcdefghijklmnopqrstuvwxyz',
  '1qaz2wsx3edc4rfv',
];
const WORDS = ['Very weak', 'Weak', 'Fair', 'Strong', 'Very strong'];

const backwards = (text) => [...text].reverse().join('');
const plainOf = (text) =>
  text
    .toLowerCase()
    .replace(/[@4]/g, 'a')
    .replace(/3/g, 'e')
    .replace(/[1!]/g, 'i')
    .replace(/0/g, 'o')
    .replace(/[$5]/g, 's');

/** Base-10 logarithm of the guesses that one part of a password costs; undefined for what is no known part. */
const partGuesses = (part, own) => {
  const lower = part.toLowerCase();
  const forms = [lower, plainOf(part), backwards(lower)];
  if (forms.some((form) => own.has(form))) return 1;
  if (forms.some((form) => COMMON.includes(form))) return 2;
  if (part.length < 3) return undefined;
  if (forms.some((form) => WALKS.some((walk) => walk.includes(form)))) return 1.5 + Math.log10(part.length);
  if (new Set(part).size === 1) return 1.5 + Math.log10(part.length);
  return /^(?:19|20)\d\d$/.test(part) ? 2.1 : undefined;
};

const perCharacter = (character) => (/\d/.test(character) ? 1 : /[a-z]/i.test(character) ? 1.25 : 1.6);

/** 0 to 4, by the cheapest way to put the password together; the gate judges again, with a far longer list. */
const strengthOf = (password, own) => {
  const cheapest = [0];
  const text = password.slice(0, 128);
  const half = (text + text).indexOf(text, 1);
  if (text !== '' && half < text.length) return Math.min(2, strengthOf(text.slice(0, half), own));
  for (let end = 1; end <= text.length; end++) {
    let best = cheapest[end - 1] + perCharacter(text[end - 1]);
    for (let start = Math.max(0, end - 24); start < end - 1; start++) {
      const guesses = partGuesses(text.slice(start, end), own);
      if (guesses !== undefined) best = Math.min(best, cheapest[start] + guesses + 0.3);
    }
    cheapest.push(best);
  }
  const guesses = cheapest[text.length];
  return [4, 6, 8.5, 12].filter((limit) => guesses >= limit).length;
};

const ownWords = (input) => {
  const typed = (input.dataset.strengthFields ?? '').split(' ').filter(Boolean);
  const texts = [
    input.dataset.strengthWords ?? '',
    ...typed.map((id) => document.getElementById(id)?.value ?? ''),
  ];
  return new Set(
    texts.flatMap((text) => text.toLowerCase().split(/[^\p{L}\p{N}]+/u)).filter((word) => word.length > 2),
  );
};

for (const input of document.querySelectorAll('input[data-strength-words]')) {
  const box = input.form.querySelector('[data-meter]');
  const meter = box.querySelector('meter');
  const verdict = box.querySelector('[data-verdict]');
  const minimum = Number(input.dataset.strengthMinimum);
  const show = () => {
    const length = [...input.value.normalize('NFKC')].length;
    const judged = strengthOf(input.value, ownWords(input));
    const score = length < minimum ? Math.min(1, judged) : judged;
    const says = length < minimum ? `${minimum - length} more to go` : WORDS[score];
    box.hidden = input.value === '';
    meter.value = score;
    meter.textContent = `${score} of 4`;
    if (verdict.textContent !== says) verdict.textContent = says;
  };
  input.addEventListener('input', show);
}

for (const input of document.querySelectorAll('input[type=password]')) {
  const button = document.createElement('button');
  const label = input.labels[0]?.textContent.toLowerCase() ?? 'password';
  const say = (text) => {
    button.textContent = text;
    button.setAttribute('aria-label', `${text} ${label}`);
  };
  button.type = 'button';
  button.className = 'peek';
  say('Show');
  button.addEventListener('click', () => {
    const hidden = input.type === 'password';
    input.type = hidden ? 'text' : 'password';
    say(hidden ? 'Hide' : 'Show');
    input.focus();
  });
  const wanted = input.autofocus;
  input.autofocus = false;
  const frame = document.createElement('div');
  frame.className = 'with-button';
  input.replaceWith(frame);
  frame.append(input, button);
  if (wanted) input.focus();
  // A field that is shown would be kept by the browser among the texts to suggest.
  input.form.addEventListener('submit', () => {
    input.type = 'password';
  });
}

const local = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
for (const time of document.querySelectorAll('time[datetime]')) {
  time.title = time.textContent;
  time.textContent = local.format(new Date(time.dateTime));
}

for (const code of document.querySelectorAll('[data-copy]')) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'quiet';
  button.textContent = 'Copy the link';
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(code.textContent);
    button.textContent = 'Copied';
  });
  code.after(button);
}

for (const button of document.querySelectorAll('[data-print]')) {
  button.hidden = false;
  button.addEventListener('click', () => print());
}

// A second press on a slow button must not send the form twice; going back in the history frees it again.
for (const form of document.forms) {
  form.addEventListener('submit', (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = 'yes';
  });
}
addEventListener('pageshow', () => {
  for (const form of document.forms) delete form.dataset.sent;
});

// Passkeys: the one thing here that needs this script. The answer goes into the form, and the form to the gate.
const passkeys = window.PublicKeyCredential;
let offered;

const sendPasskey = (form, credential) => {
  form.elements.answer.value = JSON.stringify(credential);
  form.submit();
};

const askForPasskey = (form, more) => {
  const options = JSON.parse(form.dataset.options);
  return form.dataset.passkey === 'create'
    ? navigator.credentials.create({ publicKey: passkeys.parseCreationOptionsFromJSON(options), ...more })
    : navigator.credentials.get({ publicKey: passkeys.parseRequestOptionsFromJSON(options), ...more });
};

const passkeyTrouble = (error) => {
  if (error.name === 'InvalidStateError') return 'This device has a passkey for your account already.';
  if (error.name === 'SecurityError') return 'This page has another name than the passkey is for.';
  return 'It was not confirmed. Try again.';
};

for (const form of passkeys?.parseRequestOptionsFromJSON ? document.querySelectorAll('[data-passkey]') : []) {
  const button = form.querySelector('button[type=submit]');
  const problem = form.querySelector('[data-passkey-problem]');
  form.hidden = false;
  button.addEventListener('click', async (event) => {
    event.preventDefault();
    if (!form.reportValidity()) return;
    offered?.abort();
    problem.hidden = true;
    button.disabled = true;
    try {
      sendPasskey(form, await askForPasskey(form, {}));
    } catch (error) {
      problem.textContent = passkeyTrouble(error);
      problem.hidden = false;
      button.disabled = false;
    }
  });
  if (form.dataset.conditional && (await passkeys.isConditionalMediationAvailable?.())) {
    offered = new AbortController();
    askForPasskey(form, { mediation: 'conditional', signal: offered.signal })
      .then((credential) => sendPasskey(form, credential))
      .catch(() => {});
  }
}
