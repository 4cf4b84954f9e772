// What was typed into a form that was sent when nobody was signed in any more. It stays in this tab
// alone, until it is back in the form; passwords, keys and files are left out.
const KEY = "evenhand:unsent";
const LEFT_OUT = ["hidden", "password", "file", "submit", "button"];
const TICKED = ["radio", "checkbox"];
const TYPED = ["text", "textarea"];

const who = document.querySelector("[data-who]")?.dataset.who;
const page = location.pathname + location.search;
const addressOf = (form) => new URL(form.getAttribute("action") || page, location).href;
const fieldsOf = (form) => [...form.elements].filter((each) => each.name && !LEFT_OUT.includes(each.type));

// Several forms of a page may be sent to one address.
const holds = (form, fields) => {
  const names = fieldsOf(form).map((each) => each.name);
  return form.method === "post" && fields.every(({ name }) => names.includes(name));
};

function kept() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY));
  } catch {
    return null; // storage is forbidden, or holds what is not ours
  }
}

function keep(draft) {
  try {
    if (draft) sessionStorage.setItem(KEY, JSON.stringify(draft));
    else sessionStorage.removeItem(KEY);
  } catch {
    // storage is full or forbidden: the page that follows says that nothing was saved
  }
}

/** Keep the fields of a form that is being sent; signing out, and whatever else is sent, clears them. */
function note({ target: form, defaultPrevented }) {
  if (defaultPrevented || form.method !== "post") return;
  const fields = fieldsOf(form).map(({ name, type, value, checked }) => ({ name, type, value, checked }));
  keep(form.closest("main") && fields.length ? { who, page, action: addressOf(form), fields } : null);
}

/** On a page that refuses what was sent: say that it is kept, and where it belongs. */
function say(notice, draft) {
  keep({ ...draft, lost: true });
  notice.hidden = false;
  const link = notice.querySelector("a");
  if (link) link.href = draft.page;
}

/** Put the fields back into the form that they were typed into; show the texts where it is gone. */
function restore({ action, fields }) {
  const form = [...document.forms].find((each) => addressOf(each) === action && holds(each, fields));
  const place = form ?? document.getElementById("main");
  const template = document.querySelector(form ? "[data-restored]" : "[data-homeless]");
  const notice = template.content.cloneNode(true).firstElementChild;
  if (form) fill(form, fields);
  else notice.querySelector("blockquote").textContent = textsOf(fields).join("\n\n");
  form?.closest("details")?.setAttribute("open", "");
  place.prepend(notice);
  notice.focus();
}

function fill(form, fields) {
  const there = fieldsOf(form);
  for (const { name, type, value, checked } of fields) {
    const isTicked = TICKED.includes(type);
    const at = there.findIndex((each) => each.name === name && (!isTicked || each.value === value));
    if (at < 0) continue; // a choice that is offered no more
    const [field] = there.splice(at, 1); // the next of this name is another field
    if (isTicked) field.checked = checked;
    else field.value = value;
  }
}

const textsOf = (fields) => fields.filter(({ type, value }) => TYPED.includes(type) && value).map(({ value }) => value);

const draft = kept();
const refused = document.querySelector("[data-unsent]");
if (draft && refused) say(refused, draft);
else if (draft && who) {
  const isTheirs = draft.lost && draft.who === who;
  if (isTheirs && draft.page === page) restore(draft);
  // One that is lost waits for its page; any other came through, or is somebody else's.
  if (!isTheirs || draft.page === page) keep(null);
}
if (who) document.addEventListener("submit", note); // signing in is a form too
