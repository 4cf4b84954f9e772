"""What could stand under any question: sentences that say nothing of the one that was asked.

As foils they teach the judges what is worth nothing under every question. `doubt` asks whether an
answer comes nearer to what was answered to its question than to one of these kinds, and leaves to
people what does not. The kinds `textbook`, `jargon` and `systems` are of the packs' trade.
"""

import numpy as np
from numpy.typing import NDArray

from evenhand.judges.encoder import Encoder

Array = NDArray[np.float64]

KINDS: dict[str, tuple[str, ...]] = {
    "filler": (
        "It is worth stepping back here and thinking about what this means for everybody.",
        "Every situation is a little different, and the details need to be looked at openly.",
        "Good teams succeed because they talk to each other, plan ahead and keep improving.",
        "In my experience a clear structure and a calm attitude make most difficulties smaller.",
        "This has several sides, each of which deserves careful thought and honest discussion.",
        "Of course one needs to balance short-term needs against the long-term picture.",
        "Once everything is in place, the results are shared and the lessons are written down.",
        "We should be ready to revisit each of these decisions whenever something new comes up.",
        "Quality, ownership and openness guided each of the steps that I have described.",
        "Finally, I would make sure that all who matter have been involved before we decide.",
    ),
    "polish": (
        "My approach combines strategic vision with operational excellence.",
        "I leverage cross-functional partnerships to make this a success across the organisation.",
        "Throughout, I stay focused on impact, iterate quickly and communicate results clearly.",
        "A mature practice rests on people, process and technology in equal measure.",
        "I would define success criteria, align everybody with them and track progress.",
        "By monitoring the right metrics we can respond proactively to any issue that arises.",
        "Robust, scalable and data-driven solutions are what I have consistently delivered.",
        "I believe in evidence-based decisions, and this is no exception to that principle.",
    ),
    "self": (
        "I am a motivated professional with a passion for technology and for hard problems.",
        "My colleagues describe me as reliable, curious and easy to work with.",
        "I have worked on many projects of this kind and they were all a great success.",
        "I learn fast, I enjoy a challenge and I always give my best.",
        "With my background and my experience I am confident that I can handle this very well.",
        "I would love to bring my energy and my skills to a team like yours.",
    ),
    "textbook": (
        "Machine learning is a part of artificial intelligence in which computers learn from data.",
        "There are supervised, unsupervised and reinforcement learning, each with its own uses.",
        "A model is trained on training data, tuned on validation data and tested on test data.",
        "Popular tools include Python, PyTorch, TensorFlow, Kubernetes, Spark and Airflow.",
        "Overfitting means that a model does well on the training data and poorly on new data.",
        "Deep neural networks consist of layers of neurons with weights and activation functions.",
    ),
    "jargon": (
        "Our encoder pipeline quantises the softmax with a five-fold Bayesian cohort at 0.87 F1.",
        "If the loss surface exceeds 3.2 sigma, the tokenizer shards a contrastive checkpoint.",
        "I sharded the sparse latency of the gradient by 12 percent before the logit calibrates.",
        "Because the monotone retrieval deduplicates drift, we need seven idempotent baselines.",
        "We measured the precision of the transformer at 240 ms and ablated asynchronous labels.",
        "After twelve days the heteroscedastic softmax vectorises the ranking at 0.03 KL.",
        "I would check whether the cohort normalises the sampling, then compare stratified caches.",
        "The embedding is adversarial only when its recall backpropagates the inference.",
    ),
    "systems": (
        "The replica of a partition is orthogonal to the canary, so I throttle the index at 18 ms.",
        "To stabilise the cluster we drained an idempotent queue and saw its entropy fall to 0.4.",
        "Unless the cache is isotropic, a quorum of 64 shards leaks backpressure into the queue.",
        "First I instrument the container so that its garbage collection converges at p99.",
        "The on-call rolled the manifest back to 1.3 GB and verified that it is saturated.",
        "Without a bloom filter there is no consensus, and the gateway fails in 2 of 9 regions.",
    ),
    "learned": (
        "The dialectic of knowledge has always presupposed an immanent order of things.",
        "While reason may transcend experience, culture remains both fragile and sublime.",
        "Since antiquity, mankind has sought to reconcile harmony with the burden of progress.",
        "The more profound a civilisation, the more paradoxical its notion of truth becomes.",
        "Every synthesis bears within it the seed of an irreducible and luminous antithesis.",
        "Because of its teleology, a discourse on virtue elucidates the essence of society.",
    ),
}


def embed_commonplaces(encoder: Encoder) -> Array:
    """Return the middle of each kind: (kinds, WIDTH) unit vectors."""
    middle = np.stack([encoder.encode(said).mean(axis=0) for said in KINDS.values()])
    kinds: Array = middle / np.linalg.norm(middle, axis=1, keepdims=True)
    return kinds
