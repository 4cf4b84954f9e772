"""Sentences in the manner of the trade whose parts come from different jobs and do not fit."""

import random
import re

_SENTENCES = """
I asked {who} to {do} because {cause}, and {metric} went from {span}.
{time} I {did}, and only after that did I check whether {whether}.
If {cond}, I {do} and give {who} {few} {unit} to look through.
Because {cause}, {tool} over {many} {unit} told us more than {metric} did.
We traded {gain} for {gain} and noted in the {topic} ticket that {cause}.
What settled it was {tool}: {metric} moved by {few} points as soon as {who} {did}.
Anyone who wants to get past {thing} will {do}, so I keep {tool} at hand until {cond}.
I told {who} plainly that {cause}: we {do} unless {cond}.
My first suspicion in the {topic} thread was that {cause}, so {time} I {did}.
Out of {many} {unit}, {few} pointed at {thing}, which is why {who} {did}.
On the {topic} sheet I set {metric} at {rate} percent and agreed with {who} to {do} once {cond}.
{thing} was costing us {many} dollars a day, so I used {tool} to find out whether {whether}.
I would rather have {gain} than {gain} if {cond}, and {metric} is how I tell.
When {who} brought up the {topic} page, I put {thing} next to {tool} and said that {cause}.
It took {who} {few} hours to see that {cause}; meanwhile I {did}.
Since that week we {do} every {few} days and page {who} if {cond}.
An attacker needs about {many} {unit} to learn {thing}, so we {did} and watched {metric}.
{metric} looked fine at {rate} percent, but {tool} showed that {cause}, and {who} {did}.
The {topic} runbook now says to {do} before anyone asks whether {whether}.
With {few} {unit} I could not say whether {whether}, so {who} {did} and I paid for {gain}.
"""

# Each four entries in turn belong to one of seven jobs; no two parts of a sentence share a job.
_PARTS = {
    "deed": """replay/replayed @ against last month's traffic|score/scored @ blind with two judges|
bootstrap/bootstrapped @ a thousand times|split/split @ by query length|bisect/bisected @ commit by
commit|roll/rolled @ back to Tuesday's build|diff/diffed @ against the staging copy|pin/pinned @ to
the old tokenizer|relabel/relabelled @ from a stratified sample|deduplicate/deduplicated @ by hash|
audit/audited @ for leaked rows|trace/traced @ to the upstream join|distil/distilled @ into
something half the size|put/put @ behind a feature flag|swap/swapped @ for a linear model|
prune/pruned @ down to the margin|cache/cached @ for an hour|batch/batched @ overnight|route/routed
@ to the cheaper endpoint|meter/metered @ per tenant|fuzz/fuzzed @ with homoglyphs|
rate-limit/rate-limited @ per account|redact/redacted @ in the system prompt|probe/probed @ with a
stolen session|explain/explained @ to support in one paragraph|demo/demoed @ without slides|
post/posted @ in the incident channel|summarise/summarised @ for the steering group""",
    "thing": """the holdout|the golden query set|the pairwise rubric|the significance threshold|the
feature store|the nightly job|the stack trace|the rollback plan|the annotation guide|the label
queue|the deduplication key|the March snapshot|the smaller checkpoint|the gradient-boosted
baseline|the calibration curve|the student model|the token budget|the prompt cache|the GPU
reservation|the monthly invoice|the jailbreak corpus|the velocity rule|the chargeback feed|the
output filter|the status page|the postmortem|the one-page summary|the complaints inbox""",
    "who": """two outside raters|the search librarian|the analytics guild|our statistician|the
on-call engineer|the platform team|the release manager|the vendor's help desk|the data team|the
annotation lead|the warehouse owner|a subject expert|the research group|the mobile team|our
architect|a staff engineer|the finance lead|procurement|the capacity planner|the billing analyst|the
red team|the fraud desk|a contract pentester|trust and safety|the product manager|legal counsel|the
account managers|the head of support""",
    "cause": """the old build had won on short queries only|the confidence interval crossed zero|our
raters agreed on barely half of the pairs|the test set predated the launch|a default had changed in
the new client library|the scheduler had skipped a partition|the drop showed up in one region
only|two services disagreed about the time zone|one annotator had labelled a fifth of the rows|the
nulls arrived as empty strings|the classes had been merged in spring|the same customer sat in train
and test|the extra layers bought almost nothing on the tail|the whole path had to fit on a
phone|nobody could retrain the big one in a day|the larger network was overconfident near the
cut-off|output tokens made up most of the spend|retries were billed twice|the long prompts came from
one tenant|the GPUs sat idle at night|a retrieved page could carry instructions|the cards were
tested in one-cent steps|the mule accounts had aged for a month first|users could paste in a system
prompt of their own|sales had heard it from a customer first|confidence meant something else to the
buyers|nobody outside the team read the dashboard|the apology had gone out without a date""",
    "cond": """both arms see the same queries|the lift holds on the rare intents|a second rater
disagrees|the sample passes the power calculation|the error reproduces on a laptop|the alert fires
twice|the logs and the graph disagree|the rollback clears the symptom|the label noise drops under a
tenth|the schema check fails|the new source covers the missing region|a class runs short of
examples|the smaller one stays within a point|the latency ceiling moves|the accuracy gap shows up in
revenue|the use case tolerates abstention|the daily spend passes its ceiling|the cache fills up|the
contract renews|traffic doubles over a weekend|a tool call leaves the sandbox|one device opens many
accounts|the filter can be talked round|the fraudster learns the cut-off|the customer asks for a
date|somebody from legal signs|support can repeat it unprompted|the executives want one number""",
    "whether": """the gain survived a change of raters|the click model favoured the first
position|the queries were still representative|ties had been counted as wins|the deploy came before
the drop|the features were computed twice|a retry storm hid the timeout|the scoring script itself
had changed|the labels leaked the answer|the guide covered the edge cases|the oldest rows were still
true|the disagreement followed the annotator|the simple model failed in the same places|the ensemble
earned its upkeep|quantization moved the errors|a rule would have done|the context could be
halved|the small requests needed the big model|the batch discount applied|the reranker paid for
itself|the bot could be made to quote its instructions|a refund loop was possible|the limits could
be guessed from outside|poisoned feedback reached training|the manager had understood the
caveat|anyone had told the pilot customers|the wording was a promise|the chart lacked an axis""",
    "metric": """recall at ten|NDCG|the win rate|inter-rater kappa|the error rate|the drift
score|the timeout share|the stability index|label agreement|the duplicate share|the null rate|class
coverage|calibration error|F1 on the tail|the abstention rate|AUC|the budget burn|the cost ratio|the
cache hit ratio|GPU utilisation|the false-positive rate|the jailbreak rate|the chargeback
ratio|precision at the alert limit|ticket age|satisfaction|the escalation rate|the opt-out rate""",
    "tool": """a paired bootstrap|an interleaving test|a blind side-by-side|a sign test|a shadow
deployment|a flame graph|a canary in one region|a trace viewer|a per-annotator confusion matrix|a
schema validator|a near-duplicate index|a label audit|an ablation table|a Pareto plot|a distillation
run|a reliability diagram|a token counter|a load test|a spot-price alarm|a cost dashboard|a
prompt-injection suite|a synthetic fraud ring|a honeypot account|a red-team exercise|a decision
memo|a plain-language FAQ|a weekly readout|a stakeholder map""",
    "gain": """tighter intervals|cleaner judgments|more rare queries|a fairer comparison|a faster
rollback|fewer pages at night|readable logs|a shorter bisect|fresher labels|wider coverage|less
annotator drift|a documented schema|half a point of accuracy|a simpler retrain|better calibration|a
smaller footprint|cheaper retries|a shorter prompt|lower tail latency|headroom on the GPUs|a slower
attacker|fewer false alarms|a tighter sandbox|limits that are hard to guess|a calmer customer|a
sentence support could repeat|an earlier warning|one owner for the message""",
    "unit": """judged queries|rater pairs|sessions|ties|stack traces|failed requests|deploys|log
lines|labels|duplicate rows|edge cases|sampled records|checkpoints|ablations|parameter
settings|seeds|prompts|completions|billed calls|cache misses|stolen cards|injected documents|fake
accounts|refund claims|tickets|complaints|emails|meeting notes""",
    "time": """before lunch|on the second day|within the hour|that same evening|over one sprint|on a
quiet Friday|a week later|after standup|at midnight|during the freeze|the morning after|before the
next release|at quarter end|in the first pilot|while the index rebuilt|with the flag off|on a
throwaway branch|in a notebook|from a cold start|as a dry run|under a fixed seed|on half the
fleet|in the European region|without a ticket|after the handover|between two demos|at peak
traffic|on the night shift""",
}
_RANGES = {"few": (3, 39), "many": (120, 960), "rate": (52, 97)}
_BANK = {kind: [" ".join(p.split()) for p in said.split("|")] for kind, said in _PARTS.items()}


def shop_talk(topic: str, count: int, rng: random.Random) -> str:
    """Write some sentences of shop talk that mean nothing, in paragraphs of three."""
    frames = _SENTENCES.strip().splitlines()
    order = [f for _ in range(0, count, len(frames)) for f in rng.sample(frames, len(frames))]
    used: set[tuple[str, int]] = set()
    said = [_fill(frame, topic, used, rng) for frame in order[:count]]
    return "\n\n".join(" ".join(said[i : i + 3]) for i in range(0, count, 3))


def _fill(frame: str, topic: str, used: set[tuple[str, int]], rng: random.Random) -> str:
    jobs: set[int] = set()  # those that this sentence has already drawn from

    def draw(kind: str) -> str:
        spare = [i for i in range(len(_BANK[kind])) if i // 4 not in jobs]
        at = rng.choice([i for i in spare if (kind, i) not in used] or spare)
        used.add((kind, at))
        jobs.add(at // 4)
        return _BANK[kind][at]

    def slot(found: re.Match[str]) -> str:
        kind = found[1]
        if kind in ("do", "did"):
            verb, rest = draw("deed").split(" ", 1)
            return f"{verb.split('/')[kind == 'did']} {rest.replace('@', draw('thing'))}"
        if kind == "span":
            return "0.{} to 0.{}".format(*rng.sample(range(41, 97), 2))
        if kind in _RANGES:
            return str(rng.randint(*_RANGES[kind]))
        return topic if kind == "topic" else draw(kind)

    text = re.sub(r"\{(\w+)\}", slot, frame)
    return text[0].upper() + text[1:]
