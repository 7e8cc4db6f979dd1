const $ = (id) => document.getElementById(id);

fetch('/api/me')
  .then((answer) => answer.json())
  .then(({ name }) => {
    $('me').textContent = name;
  });

const socket = new WebSocket(`${location.origin.replace(/^http/, 'ws')}/chat`);
socket.onopen = () => {
  $('state').textContent = 'open';
};
socket.onclose = ({ code }) => {
  $('state').textContent = `closed (${code})`;
};
socket.onmessage = ({ data }) => {
  const { by, text } = JSON.parse(data);
  const line = document.createElement('li');
  const name = document.createElement('b');
  name.textContent = by;
  line.append(name, text);
  $('lines').append(line);
  line.scrollIntoView();
};

$('say').addEventListener('submit', (event) => {
  event.preventDefault();
  if ($('text').value.trim() !== '') socket.send($('text').value);
  $('text').value = '';
});

$('file').addEventListener('change', async () => {
  const body = new FormData();
  body.append('file', $('file').files[0]);
  const answer = await fetch('/api/files', { method: 'POST', body });
  const { name, size } = await answer.json();
  $('measured').textContent = `${name} has ${size} bytes`;
});
