// Tells Python when the page changes between light and dark, because charts carry their colours in themselves.
export default function ({ data, setTriggerValue }) {
  const app = document.querySelector('[data-testid="stApp"]');
  let shown = data.theme;
  const compare = () => {
    const now = getComputedStyle(app).colorScheme;
    if (now !== shown) {
      shown = now;
      setTriggerValue("changed", now);
    }
  };
  const observer = new MutationObserver(compare);
  observer.observe(app, { attributes: true, attributeFilter: ["class"] });
  compare();
  return () => observer.disconnect();
}
