// The candidate's pages work without this; it saves while a person types and shows the time left.
import { AnswerAutosave } from "./autosave.js";
import "./copying.js";
import { FinishedSitting, UnsentDrafts } from "./drafts.js";
import { SittingTimer } from "./timer.js";

customElements.define("answer-autosave", AnswerAutosave);
customElements.define("sitting-timer", SittingTimer);
customElements.define("unsent-drafts", UnsentDrafts);
customElements.define("finished-sitting", FinishedSitting);
