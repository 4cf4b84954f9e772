// One save, and what became of it.

// The cookie is read anew each time: signing in elsewhere in this browser changes it.
function csrfToken() {
  const cookie = document.cookie.match(/(?:^|;\s*)(?:__Host-)?csrftoken=([^;]+)/);
  return cookie ? cookie[1] : document.querySelector('meta[name="csrf-token"]')?.content ?? "";
}

// By code, not by status: a closed link is as gone as the time, but there the server kept nothing.
const KINDS = { conflict: "conflict", time_over: "over", too_long: "too_long", link: "closed", locked: "closed" };

const asksToSignIn = ({ redirected, url }) => redirected && new URL(url).pathname === "/sign-in/";

/** What a save says when the text is safe on the server, as the answer or beside it. */
export const KEPT = ["saved", "conflict", "over"];

/**
 * Send one text. Returns {kind, ...}, where the server kept the text if kind is "saved", "conflict" or
 * "over", and did not if it is any other of `post`. It never throws.
 */
export function save(url, { text, base, tab, replace = false }) {
  return post(url, { text, base_revision: base, tab, replace });
}

/**
 * Send an object. Returns the reply with its kind: "saved", or what KINDS makes of its code; "refused"
 * for any other refusal; "signed_out" when signing in is asked for; "offline" when the server was not
 * reached, could not answer or asks to come again, with `wait` in ms where it said when. It never throws.
 */
export async function post(url, payload) {
  try {
    const body = JSON.stringify(payload);
    const response = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": csrfToken() },
      body,
      // Goes on when the page is left. Browsers allow that up to 64 kB; the draft keeps the rest.
      keepalive: body.length < 16_000,
      signal: AbortSignal.timeout(15_000),
    });
    if (asksToSignIn(response)) return { kind: "signed_out" };
    // The cookie is gone, or somebody signed in elsewhere: the page brings a new one for the next try.
    if (response.status === 403 && asksToSignIn(await fetch(location.href))) return { kind: "signed_out" };
    // Not saved yet; Retry-After is the server's word on when it will be.
    if (response.status >= 500 || [403, 429].includes(response.status)) {
      return { kind: "offline", wait: Number(response.headers.get("Retry-After")) * 1000 };
    }
    const reply = await response.json();
    return { ...reply, kind: response.ok ? "saved" : KINDS[reply.code] ?? "refused" };
  } catch {
    return { kind: "offline" };
  }
}

const ASK_EVERY = 150; // ms
const LONGEST = 2500; // ms; the server gives up after two seconds

/** Ask whether a follow-up comes next. Gives its address, or null; also when the server cannot say. */
export async function whatFollows(url) {
  const until = performance.now() + LONGEST;
  try {
    while (performance.now() < until) {
      const headers = { "X-CSRFToken": csrfToken() };
      const response = await fetch(url, { method: "POST", headers, signal: AbortSignal.timeout(LONGEST) });
      const reply = await response.json();
      if (!reply.waiting) return reply.go ?? null;
      await new Promise((resolve) => setTimeout(resolve, ASK_EVERY));
    }
  } catch {
    // offline, or an answer that is none: the candidate goes where they were going
  }
  return null;
}
