"""What redaction has to take out, in braces, by kind; and lines of which nothing may go."""

GOES = {
    "name": r"""
        My name is {Łukasz Żółkiewski} and I build models.
        My name is {Şebnem Öztürk}.
        My name is {Дмитрий Иванов}, and I work on search.
        My name is {王小明}, and I work on search.
        My name is {MUHAMMAD ALI}.
        my name is {john smith} and i work on search
        I am {Priyanka}, and I build models.
        I'm {Oyelowo}.
        My colleague {Čestmír} found it.
        Kind regards, {Ngozi}
        My name is {Nguyễn Văn Anh}.
        I'm called {Ταξιάρχης}.
        Name: {Ólafur Þórsson}
        My name is {김민수}.
        My name is {प्रिया शर्मा}, I work on ranking.
        My name is {محمد علي}.
        My name's {siobhan o'brien}.
        I am called {Xóchitl}.
        This is {Vanja Ćirić} speaking.
        Dr. {Wojciechowska-Kłos} wrote
        my manager {Adaobi Nwosu} said
        Our CTO, {Ekaterina Орлова}, agreed
        Thanks,\n{Ángel Íñiguez}
        Best regards,\n{ahmed el-sayed}
        Then {Agnieszka} rolled it back.
        I am {Jürgen van der Berg}, an engineer.
        Mrs {Đorđević} asked
        Hi, I'm {Ọlájídé} and I built this.
        Hello, I am {Thị Hoa}, a data engineer.
        My full name is {José Ángel de la Cruz}.
        my name is {aïcha} and I worked on search
        They call me {Bartłomiej}.
        My boss, {Iñaki}, disagreed.
        a friend named {Bjørn} told me
        {PRIYA SHARMA} wrote it
        Thank you,\n{李雷}
        Sincerely,\n{M. Okafor}
    """,
    "employer": r"""
        At {Google} I built a ranker.
        {Google} hired me in 2019.
        At my last company, {Monzo}, we did this.
        I worked at {eBay} for a year.
        I worked at {google} for a year.
        My team at {Zerodha} built it.
        At {Flipkart} we had drift.
        I worked at {3M} on vision.
        I was an ML engineer at {Brightwater} for a year.
        I joined {Klarna} in 2020.
        I interned with {Ubisoft} last year.
        I left {Tokopedia} after that.
        My employer is {Kreditech}.
        I am currently at {Łódzkie Data}.
        I worked as a data scientist for {Mercado Libre}.
        A startup called {Fondly} paid me.
        I was hired by {Rappi}.
        She works for {Siemens Healthineers}.
        We were bought by {Kestrel Analytics Ltd} last year.
        It is made by {Søndergaard & Sønner GmbH}
        Two years at {Яндекс} taught me that.
        As an ex-{Googler} I know.
        I work at {OpenAI}.
        When I was at {Shopify}, we did it
        While at {Booking.com} I ran tests
        I was with {Google} for two years.
        I was employed by {Tata Consultancy Services}.
        In my previous job at {Grupo Bimbo} we
        My company, {Andromeda Foods}, sells
        at {microsoft} we had
        I worked at {Standard Chartered}.
    """,
    "school": r"""
        I studied at {Universidade de São Paulo}.
        I was at {Politecnico di Milano}.
        My degree is from {IISc Bangalore}.
        A degree of {LMU München}.
        I went to {Łódź University of Technology} then
        I graduated from the {Universidad Nacional Autónoma de México}.
        My thesis at {MIT} was on drift.
        I did a PhD at {Stanford}.
        {the University of Lagos} taught me
        I graduated from {Makerere}.
        I have a degree from {Tecnológico de Monterrey}
        {Technische Universität Dresden}
        I taught at {Hanoi University of Science and Technology}
    """,
    "phone": r"""
        Call me on {555 123 4567}.
        {555 123 4567}
        Phone: {4155552671}
        Tel {06 12 34 56 78}
        {06 12 34 56 78}
        WhatsApp {98765 43210}
        reach me at {98765 43210}
        {+234 803 123 4567}
        {(11) 98765-4321}
        {138 1234 5678}
        my mobile is {0803 123 4567}
        ring me on {(020) 7946 0958}
    """,
    "link": r"""
        I am {@ada_byron} on Twitter
        See {adabyron.dev} for more.
        {t.me/ngozi}
        linkedin: {ada-byron-123}
        my site is {ngozi-builds.io}
        {https://example.org/me}
        {github.com/adabyron/thesis}
        telegram: {@ngozi_ml}
    """,
    "mail": r"""
        {ngozi at gmail dot com}
        Mail {jose.muñoz@ejemplo.es} please
        {ngozi [at] mail [dot] com}
    """,
    "address": r"""
        I live at {12 Rose Street, London SW1A 1AA}.
        {Hauptstraße 5, 10115 Berlin}
        {14 rue de la Paix, 75002 Paris}
        {Rua Augusta 1500, São Paulo}
        {ul. Marszałkowska 12}
    """,
}
"""A line each; `\\n` is a line's end in it."""
STAYS = r"""
    Drift was measured with Wasserstein distance.
    We started with Gaussian processes and ended with Krippendorff alpha.
    Cohen's kappa was 0.7, Fleiss' kappa 0.6.
    We were working with Bayesian optimisation and Hyperband for a week.
    Tests were written with Hypothesis, checks with Fairlearn and Ragas.
    Weak labels came from Snorkel; features from Feast; training used Horovod.
    It was guarded with Guardrails before we shipped.
    Flows were moved to Metaflow and Kedro.
    The lead Levenberg fit was poor.
    Latency was 120-250-3000 ms.
    We use Google Analytics and Amazon S3.
    OpenAI's API was slow, so we called Meta's Llama.
    Use @property and @dataclass, report nDCG@10.
    We joined Orders with Customers in Spark.
    The engineer Kafka topics were renamed.
    At Recall 0.9 we lost precision.
    At Black Friday we froze.
    At P99 we saw 300 ms.
    At INT8 we lost two points.
    We looked at Grafana and I saw a spike.
    At Kafka level we had lag.
    Hidden sizes 256 512 1024 were tried.
    layers of 128-256-1024 units
    10 000 000 rows and 2 500 000 users
    Each call 4155552671 tokens
    We call 10 000 000 rows a day.
    unix time 1700000000 and id 4155552671
    The Kolmogorov-Smirnov test and Jensen-Shannon divergence
    I am Python-first and I am Responsible for search.
    I'm SRE on call. I'm German, by the way.
    I am Confident that it holds.
    This is Simpson's Paradox.
    This is Machine Learning, not magic.
    We deploy with Argo CD on Amazon EKS with Karpenter.
    Cramér's V and Rényi divergence, Poincaré embeddings
    The Stanford Question Answering Dataset and Stanford CoreNLP
    It is MIT licensed. Released under MIT, BSD or Apache.
    MIT-BIH and Oxford Pets data
    San Francisco, San José, San Diego and Santa Clara
    In Jan 2024 and Feb 2024
    Python 3.11, numpy 1.26.4, CUDA 12.1.105
    model.fit(X), torch.nn, config.dev and values.me
    web.dev says so
    self.model.me
    192.168.10.255 and 10.0.0.1:8080
    2024-03-12 to 2024-05-01
    sizes: 224 336 4480
    AG News and Yelp Reviews
    Trained on AG News
    Rate Limited responses
    BERT, RoBERTa, DistilBERT, ALBERT and ELECTRA
    AWS Step Functions, AWS Lambda
    12 Chi Square tests
    5 Google Drive folders
    Spring 5 and String 3
    git checkout main; docker run -it redis:7
    The PM said no. The CEO asked Finance.
    My manager Finance-side said no.
    The Kelly criterion and the Hungarian algorithm
    I worked on drift for Kafka streams and on lag for Flink jobs.
    The model worked well for Gaussian noise and for German users.
    The service worked at Peak Load for hours.
    We worked on recall for Amazon Titan embeddings.
    It was hired capacity from Databricks.
    I moved from Google Cloud to AWS.
    We migrated from Snowflake to Databricks, and I paid less.
    Prices from OpenAI, we learnt, double.
    Models from Google and from Mistral were compared.
    Traffic from Uber drivers and orders from Shopify merchants
    The analyst said Tableau dashboards were stale.
    A partner Stripe webhook failed.
    My lead Airflow DAG broke.
    Our CTO, Kubernetes fan, agreed.
    In a paper by Google engineers
    A Netflix-style recommender and an Uber-like dispatcher
    The jobs at Spark level fail.
    Roles at Level 3 and up
    Two years at Level 2
    The time at Rank 1 is short; positions at Rank 10 matter.
    We stayed at Level 3 for months.
    The company uses Visa data and Mastercard files.
    We shell out; the apple dataset; we grab a snap and zoom in.
    At meta level we agree. At stripe boundaries I cut. At intel's request.
    We used Apple's Core ML and Nvidia's Triton.
    Facebook Prophet, Uber's Ludwig, LinkedIn's Feathr, Airbnb's Minerva
    Spotify's Luigi and Netflix's Metaflow
    Microsoft Presidio scrubs names; Google DLP too.
    Thompson sampling, Wilson interval, Student t, Welch test, Mann-Whitney U
    Platt scaling, Brier score, Dirichlet prior, Gumbel softmax, Sobol draws
    Levenshtein, Jaro-Winkler, Jaccard, Hamming and Damerau
    Benjamini-Hochberg and Holm-Bonferroni corrections
    Kaplan-Meier curves, Cox models, Weibull fits, Hawkes processes
    Population Stability Index, Kullback-Leibler, Hellinger and Anderson-Darling
    Kendall tau and Spearman rho; Theil-Sen slope
    Bradley-Terry, Elo and Glicko ratings; Plackett-Luce
    The McNemar test and the Matthews correlation
    Dawid-Skene over annotators
    Zipf's law, Goodhart's law, Conway's law, Amdahl's law
    Great Expectations, Soda, Deequ, Monte Carlo and Anomalo
    Weights & Biases, Neptune, Comet and ClearML
    Evidently, NannyML, WhyLabs, Arize Phoenix, Fiddler
    LangSmith, Langfuse, TruLens, DeepEval, Giskard, Promptfoo
    vLLM, TGI, Triton, TorchServe, Ray Serve, BentoML, KServe, Seldon
    Chroma, Weaviate, Qdrant, Milvus, Pinecone, Vespa, LanceDB
    Iceberg, Hudi, Delta Lake, Trino, Presto, Druid, Pinot, ClickHouse
    Dagster, Prefect, Flyte, Argo Workflows, Luigi, Mage
    Optuna, Ray Tune, Hyperopt, Katib, SigOpt, Vizier
    ImageNet, COCO, SQuAD, MS MARCO, BEIR, Criteo, MovieLens, MIMIC-III, Ames Housing
    GLUE, SuperGLUE, MMLU, HellaSwag, TruthfulQA, HumanEval, MT-Bench, Chatbot Arena
    Claude, GPT-4o, Gemini Pro, Llama 3, Mixtral, Qwen, Command R, Titan
    Adam, AdamW, Lion, Adafactor, Shampoo, LAMB, LARS
    SHAP, LIME, Anchors, Alibi, Captum, InterpretML
    Grafana, Prometheus, Datadog, Honeycomb, Sentry, PagerDuty, Splunk
    FP16, BF16, INT8, T4, A10G, A100 80GB, H100, L4, g5.2xlarge
    A100 80GB costs 4 10 20 per hour
    p50/p95/p99 of 120/250/900 ms
    ran from 09 10 11 12 13
    the range 65000 72000 rows
    HTTP 429, 503 and 200 200 2000
    commit 4f2a9c1 and id 20240312-4431
    version 2.14.0-rc1, build 20240312.5
    seeds 101 202 3003
    dims 384 768 1536
    thresholds 0.25 0.50 0.75
    See pandas.DataFrame.merge and sklearn.metrics.f1_score
    @pytest.fixture, @torch.no_grad(), @app.route, @media, @lru_cache
    recall@10 on dev, precision@5 on test, hit@1, MAP@100, pass@k
    user@host is a shell prompt
    s3://bucket/key and gs://bucket/key
    spacy.io, huggingface.co, wandb.ai, kubernetes.io, fast.ai
    arxiv 2305.14314
    file train.dev.test and values.dev.yaml
    GitHub: self-hosted runners. Slack: the alert fired.
    Twitter: we saw spam.
    I am called whenever it breaks.
    I'm called in at night.
    My name is not on that pull request.
    Experiment name: Baseline
    name: training-job
    Metric name: Recall
    Kind of, sort of. Best, Median and Worst were logged.
    Thanks, that helped.
    Thanks to Kafka we could replay.
    I'm Bayesian at heart.
    I am Team Lead for Search.
    I'm On Call this week.
    This is Apache Spark, not Flink.
    My manager said Kubernetes was too much.
    The engineer on call paged the Data Scientist.
    An engineer from Search and a PM from Ads joined us.
    Our team at peak had ten people.
    I studied the effect of Dropout at Inference.
    We studied drift in Berlin and degree of overlap in Paris.
    A master of Kafka; master in Redis; thesis of Goodhart.
    The school of thought of Bayes
    The Harvard Business Review
    Cambridge Analytica, Oxford comma
    Databricks Unity Catalog, Azure ML, Vertex AI, SageMaker Clarify
    June, May and March; Black Friday, Cyber Monday, Diwali
    English, Tamil, Yoruba and Brazilian Portuguese
    London, São Paulo, Zürich and Kraków users
    SOC 2, ISO 27001, GDPR, HIPAA, EU AI Act
"""
