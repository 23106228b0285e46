// Keeps who this browser is in a cookie of this app, so that a run is still its own after a tab was closed.
export default function ({ data, setTriggerValue }) {
  const kept = document.cookie
    .split("; ")
    .map((pair) => pair.split("="))
    .find(([name, value]) => name === data.cookie && /^[0-9a-f]{32}$/.test(value ?? ""));
  if (!kept) {
    document.cookie = `${data.cookie}=${data.person}; path=/; max-age=31536000; SameSite=Lax`;
  } else if (kept[1] !== data.person) {
    setTriggerValue("known", kept[1]); // another tab was first
  }
}
