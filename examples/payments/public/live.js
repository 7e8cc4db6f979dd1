/** Follows the stream; comes back by itself, ever more patiently, and asks whether the session has ended. */
export const follow = ({ onMessage, onState }) => {
  let wait = 500;

  const sessionEnded = async () => {
    try {
      const answer = await fetch('/api/viewer', { cache: 'no-store' });
      return answer.status === 401 || answer.status === 403;
    } catch {
      return false;
    }
  };

  const open = () => {
    const socket = new WebSocket(`${location.origin.replace(/^http/, 'ws')}/live`);
    socket.addEventListener('open', () => {
      wait = 500;
      onState('live');
    });
    socket.addEventListener('message', ({ data }) => onMessage(JSON.parse(data)));
    socket.addEventListener('close', async () => {
      onState((await sessionEnded()) ? 'ended' : 'lost');
      setTimeout(open, wait + Math.random() * 300);
      wait = Math.min(wait * 2, 15_000);
    });
  };
  open();
};
