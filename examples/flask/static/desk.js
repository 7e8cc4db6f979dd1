const live = document.getElementById('live');
const list = document.getElementById('tickets');
const show = (state, text) => {
  live.dataset.state = state;
  live.textContent = text;
};

const events = new EventSource('/events');
events.onopen = () => show('live', 'live');
events.onerror = () => show('closed', 'no longer live');
events.onmessage = ({ data }) => {
  const ticket = JSON.parse(data);
  const item = document.createElement('li');
  item.className = ticket.urgency;
  const title = document.createElement('b');
  title.textContent = ticket.title;
  const by = document.createElement('small');
  by.textContent = `${ticket.by} at ${ticket.at}`;
  item.append(title, by);
  list.prepend(item);
};
