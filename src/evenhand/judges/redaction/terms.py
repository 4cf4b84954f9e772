"""Words with a capital letter that name no person and no employer of anybody."""

from evenhand.judges.clauses import word_set

TOOLS = word_set(
    """
    Aim Airbyte Airflow AlertManager Alertmanager Alexa Alpaca Amundsen Anomalo Ansible Anyscale
    Apache Argo Arize Arrow Athena Atlas Aurora Autogluon AutoGluon AutoML Avro AWS Azure Azkaban
    Bazel Beam Bedrock BentoML BERT Bert BigQuery Bigtable BitBucket Bitbucket Boto Bruno Buildkite
    CatBoost Cassandra Celery Censius Ceph Chainlit Chroma Claude ClearML Cleanlab ClickHouse
    Codex Cognito Cohere Colab Collibra Comet Cortex Confluence Consul Copilot CrewAI Crossplane
    CUDA cuDF Cython Dagster Dagshub DagsHub Dask Dash Databand Datadog DataFusion DataHub
    Datahub DBT Debezium DeepChecks Deepchecks DeepSeek DeepSpeed Delta Dify Docker Doris Drools
    Druid DSPy DuckDB DVC Dynatrace DynamoDB Elastic ElasticSearch Elasticsearch Elmo Elementary
    Embeddings Encord Evidently Excel Fabric Fairlearn Fairseq Faiss FAISS Falcon Fargate FastAPI
    Fastai FastText Faust Feast Feathr Fiddler Firebase Firehose Fivetran FlashAttention Flask
    Flax Flink Fluentd Flyte Galileo Gemini Gemma Gensim Genie Giskard Git GitHub GitLab Glue GPT
    Gradio Grafana GraphQL Great Greenplum Groq gRPC Guardrails Gunicorn Hadoop Haiku Haystack
    HDBSCAN Helicone Helm Heroku Hive Honeycomb Horovod Hudi Hugging HuggingFace Huggingface
    Humanloop Hydra Hyperband Hyperopt Iceberg Imagen Impala Ibis Istio Jaeger JAX Jenkins Jira
    JMeter Joblib Julia Jupyter Kafka Kaggle Karpenter KEDA Keras Kerberos Kibana Kinesis Knative
    Kserve KServe Kubeflow Kubernetes Kustomize Kyverno Labelbox Label Lakera LakeFS Lambda
    LanceDB LangChain Langchain LangFuse Langfuse LangGraph LangSmith Langsmith Lightning
    LightGBM LIME Linux LiteLLM LlamaIndex Llama Llamaindex Llava Locust Logstash Loki Looker
    Looker Ludwig Luigi Mage Marquez Marqo MariaDB Maven Matplotlib Memcached Metabase Metaflow
    Michelangelo Milvus Minio MinIO Mistral Mixtral Mlflow MLflow MLRun Modal Modin Mojo Mongo
    Monte Mosaic MosaicML MSSQL MySQL Nagios Nannyml NannyML Neo4j Neptune Nginx Nomad Numba
    NumPy Numpy Nuclio Okteto Ollama ONNX OpenCV OpenLineage OpenMetadata OpenSearch Opensearch
    OpenShift OpenTelemetry Opik Optuna Opus Orca Outlines PagerDuty Pagerduty Pandas Papermill
    Parca Parquet Patronus Phoenix Pinecone Pinot Pipedream Plotly Polars Portkey Postgres
    PostgreSQL Postman Prefect Presidio Presto Prodigy Prometheus Promptfoo Promptflow Prophet
    PubSub Pulsar Pulumi Pydantic PyMC PySpark Pyspark Pytest PyTorch Pytorch Python Qdrant
    Quicksight Quilt Qwen Rabbit RabbitMQ Ragas RAGAS Ray React Redash Redis Redpanda Redshift
    Rerank Retool Rockset Roboflow RoBERTa Rust S3 SageMaker Sagemaker Samza Scala Scikit SciPy
    Scipy Scylla Segment Seldon Sentry Sigma Sklearn Skypilot SkyPilot SLURM Slurm Slack
    Snorkel Snowflake Snowpark Snowplow Soda Sonnet spaCy Spacy Spark SparkML SQLAlchemy SQLite
    Sqoop Stan Statsmodels StatsModels Streamlit Superset Surge Swarm SymPy Tableau Talend Tecton
    Teams Tecton Tempo TensorBoard Tensorboard TensorFlow Tensorflow TensorRT Terraform Terragrunt
    Tesseract Thanos Torch TorchServe Torchserve Trino Triton TruEra TruLens Trulens Unix Valohai
    Vault Vaex Veritone Vertex Vespa Vicuna vLLM Voxel WandB Wandb Weaviate Weights WhyLabs
    Whylogs Whisper Windows XGBoost Xgboost YARN Zapier Zeppelin Zilliz ZenML Zipkin ZooKeeper
    Zookeeper
    Graphite Greengrass Kedro Mercury OAuth Optimizely Kubecost Nessie Pachyderm Palette Pilot
    Polyaxon Singularity Sumo Unity Guild Gantry Superwise Robust Verta Vector Domino
    SliceFinder Spotlight Snapshot Splunk Tomcat Locust Burp Gatling Jest Mocha Cypress
    """
)
"""Tools, libraries, services and models."""

METHODS = word_set(
    """
    AdaBoost Adagrad Adam AdamW Akaike Alibi Anscombe Apriori Bahdanau Bandit Bayes Bayesian Beta
    Bernoulli Bellman Benford Bessel Bloom Bonferroni Boltzmann Bootstrap Borda Box Brier Brown
    Butterworth Cauchy Chebyshev Cholesky Chinchilla Cochran Cohen Condorcet Cook Cramér Cramer
    Cox Dawid Dijkstra Dirichlet Doob Dunn Durbin Elo Erdős Euclid Euclidean Euler Fisher Fleiss
    Fourier Friedman Frobenius Gabor Gauss Gaussian Gibbs Gini Goodhart Granger Gumbel Hamilton
    Hamming Hawkes Hawthorne Heckman Hellinger Hessian Hilbert Hoeffding Holm Holt Hölder Huber
    Huffman Isolation Jaccard Jacobian Jaro Jeffreys Jensen Johnson Kahn Kalman Kaplan Karush
    Kelly Kendall Kernel Kolmogorov Krippendorff Kruskal Kullback Laplace Laplacian Lasso Leibler
    Leiden Leven Levenberg Levene Levenshtein Likert Lipschitz Little Ljung Lloyd Lorenz Louvain
    Lyapunov Mahalanobis Mann Mantel Markov Marquardt Martingale Matthews McNemar Meier Metropolis
    Minkowski Mercer Möbius Moran Murphy Naive Nadaraya Nash Nelson Newton Neyman Nystrom
    Nesterov Occam Ornstein Otsu Pareto Parzen Pascal Pearson Peirce Perlin Platt Poincaré
    Poisson Pólya Procrustes Rand Rademacher Rasch Rayleigh Rényi Renyi Ridge Rubin Schrödinger
    Shannon Shapiro Shapley Sharpe Sidak Silhouette Simpson Sinkhorn Skellam Sklar Smirnov Snell
    Sobel Sobol Spearman Stein Stirling Student Swiss Taguchi Tanimoto Taylor Theil Thompson
    Tikhonov Tobit Tukey Turing Tversky Viterbi Voronoi Wald Wallis Wasserstein Watts Weibull
    Welch Whitney Wiener Wilcoxon Wilks Wilson Winkler Winsor Wishart Yates Youden Yule Zipf
    Zipfian Krum Conformal Hungarian Elephant Hypothesis Lagrange Lagrangian Cronbach Guttman
    Abel Adler Cantor Delaunay Fréchet Frechet Hausdorff Hadamard Kantorovich Kuhn Tucker Gram
    Schmidt Toeplitz Vandermonde Moore Penrose Nemenyi Scheffé Brunner Munzel Doksum Hodges
    Lehmann Davies Bouldin Calinski Harabasz Dickey Fuller Bollerslev Mallows Schwarz Hannan
    Quinn Plackett Luce Bradley Terry Glicko Amdahl Conway Brooks Parkinson Hyrum Postel
    """
)
"""Methods, measures and laws that are called by a name."""

DATASETS = word_set(
    """
    Ames Adult BEIR BIRD Boston BoolQ C4 California CelebA CIFAR Civil CivilComments CoLA
    Cityscapes COCO CommonCrawl CoNLL Criteo CrowdHuman Enron Fashion Flickr30k Flickr GLUE GSM8K
    HellaSwag HotpotQA HumanEval Imagenet ImageNet IMDB IMDb Iris KITTI KDD Kinetics LAION
    LibriSpeech LMSYS MBPP MIMIC MIRACL MMLU MNIST Movielens MovieLens MSMARCO MTEB MultiNLI
    Natural NewsQA OpenML OpenWebText Pile Places PubMed QuAC Quora RACE RedPajama Reuters
    RewardBench SNLI Spider SQuAD SuperGLUE SWE SVHN Titanic TPC TREC TriviaQA TruthfulQA
    UCI VoxCeleb Waymo Wikipedia Wikidata WikiText WinoGrande WMT XNLI XSum Yelp
    NeurIPS NIPS ICML ICLR CVPR ECCV ICCV EMNLP NAACL ACL SIGIR RecSys WSDM KubeCon PyCon PyData
    MLConf ArXiv arXiv
    """
)
"""Data sets, benchmarks and conferences."""

PLACES = word_set(
    """
    Afghan African Albanian American Arab Arabic Argentine Argentinian Armenian Asian Australian
    Austrian Bangladeshi Belarusian Belgian Bolivian Bosnian Brazilian British Bulgarian Burmese
    Cameroonian Canadian Catalan Chilean Chinese Colombian Croatian Cuban Czech Danish Dutch
    Ecuadorian Egyptian English Estonian Ethiopian European Filipino Finnish French Georgian
    German Ghanaian Greek Gujarati Hebrew Hindi Hindu Hungarian Indian Indonesian Iranian Iraqi
    Irish Israeli Italian Jamaican Japanese Jewish Jordanian Kazakh Kenyan Korean Kurdish Latvian
    Lebanese Lithuanian Malay Malaysian Mandarin Mexican Moroccan Muslim Nepali Nigerian Norwegian
    Pakistani Palestinian Persian Peruvian Polish Portuguese Punjabi Romanian Russian Rwandan
    Saudi Scottish Senegalese Serbian Singaporean Slovak Slovenian Somali Spanish Sudanese Swahili
    Swedish Swiss Syrian Taiwanese Tamil Tanzanian Telugu Thai Tunisian Turkish Ugandan Ukrainian
    Urdu Uzbek Venezuelan Vietnamese Welsh Yoruba Zambian Zimbabwean Catholic Buddhist
    Africa America Amsterdam Argentina Asia Athens Auckland Australia Austria Bangalore Bangkok
    Barcelona Beijing Belgium Bengaluru Berlin Bogotá Boston Brazil Britain Brussels Budapest
    Cairo Canada Chicago Chile China Colombia Copenhagen Delhi Denmark Dubai Dublin Egypt England
    Europe Finland France Frankfurt Germany Ghana Greece Hamburg Helsinki Hungary Hyderabad India
    Indonesia Iran Ireland Israel Istanbul Italy Jakarta Japan Kenya Korea Kraków Krakow Kyiv
    Lagos Lisbon London Madrid Malaysia Manchester Melbourne Mexico Milan Montreal Moscow Mumbai
    Munich Nairobi Netherlands Nigeria Norway Oslo Pakistan Paris Peru Poland Portugal Porto
    Prague Pune Romania Russia Scotland Seattle Seoul Serbia Shanghai Singapore Spain Stockholm
    Sweden Switzerland Sydney Taipei Taiwan Tokyo Toronto Turkey Ukraine Vienna Vietnam Wales
    Warsaw Zürich Zurich York Francisco Angeles Texas Florida Virginia Oregon Ohio EU UK US USA
    UAE EMEA APAC LATAM
    January February March April May June July August September October November December Jan
    Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec Monday Tuesday Wednesday Thursday Friday
    Saturday Sunday Christmas Easter Black Cyber Ramadan Diwali Eid Singles Thanksgiving Q1 Q2 Q3
    Q4
    """
)
"""Peoples, tongues, places and the calendar."""

OPENERS = word_set(
    """
    I If In It Is The A An And But So Then That This These Those We He She They You My Our Your
    First Second Third Next Last Also As At By For From Of On Or To When Where Which Who Why How
    What While With Without After Before Because Since No Not Yes One Two Three Four Five Each
    Every All Any Both Some Most Many Much More Less Only Even Still Just Now Here There Today
    Later Once Again Until Unless Though Although Instead Otherwise However Therefore Finally
    Maybe Perhaps Sometimes Usually Often Never Always Nobody Somebody Everyone Someone Nothing
    Something Everything Whoever Whatever Had Has Have Was Were Are Be Been Being Do Does Did Can
    Could Would Should Will Shall Might Must Let Say Take Make Use Get Got Go Its Their His Her
    Hers Ours Another Other Others Such Same Few Several Neither Either Nor Than Too Very Over
    Under Between Across During Through About Around Along Against Behind Beyond Inside Outside
    Upon Per Via Six Seven Eight Nine Ten Half Part Note Dear Hello Hi Hey Ok Okay Oh Well Anyway
    Please Thanks Regards Sincerely Cheers Best Kind Yours Warm Mail Call Write Ask Tell Me Us
    Them Him Additionally Moreover Furthermore Meanwhile Eventually Initially Recently Previously
    Currently Basically Actually Given Once Rather
    """
)
"""Words that open a sentence."""

TRADE = word_set(
    """
    Ablation Accuracy Acquisition Active Admin Agent Agents Agile Alert Alerts Algorithm
    Analytics Annotation API Architect Area Artificial Attention Audit Availability Average
    Backend Backfill Backlog Baseline Batch Benchmark Bias Board Bronze Budget Bug Build Business
    Canary Capacity Cascade Center Central Chain Chaos Chapter Chief Classifier Client Cloud
    Cluster Code Common Community Compliance Component Compute Computer Config Content Control
    Conversion Corp Cost Counter Credit Cron Culture Curve Customer Customers Dashboard Data
    Dataset Decision Deep Default Deploy Deployment Design Detection Detector Deviation Dev
    DevOps Diff Digital Director Discovery Distinguished Distribution Docs Domain Drift Edge
    Embedding Encoder
    Engine Engineer Engineering Ensemble Entropy Error Evaluation Event Events Experiment Expert
    Extra Factor Fail Fairness Fallback Fast Feature Features Feed Feedback File Final Finance
    Flow Forecast Forest Foundation Fraud Frontend Full Gain Gate General Generation Global Gold
    Golden Gradient Graph Ground Group Growth Guard Guide Head Health Hidden High Human Hybrid
    Image Impact Incident Independent Index Inference Info Infra Infrastructure Ingest Input
    Insight Inspector Intelligence Internal Isolation Issue Job Junior Key Knowledge Lab Label
    Labels Language Large Latency Layer Lead Leakage Learn Learning Legal Level Library Lift
    Limit Linear Link List Live Load Local Log Logistic Logs Long Loss Low Machine Main Majority
    Manager Marketing Markets Master Matrix Max Maximum Mean Median Memory Merge Metadata Method
    Metric Metrics Micro Min Minimum Mobile Mode Model Models Module Money Monitor Monitoring
    Negative Net Network Neural New News Node Normal Null Object Office Online Offline Open
    Operations Operator Optimizer Option Order Orders Organic Output Owner Page Paper Pass
    Payment Payments Peak Peer People Percentile Performance Pipeline Plan Platform Policy Pool
    Position Positive Power Precision Prediction Premium Pressure Price Pricing Principal Privacy
    Problem Process Product Production Project Prompt Proof Public Quality Quantile Query Queue
    Random Rank Ranker Ranking Rate Rater Raw Reader Real Recall Recommendation Record Red
    Refund Region Registry Regression Release Reliability Report Request Research Residual
    Resource Response Result Results Retail Retraining Retrieval Return Revenue Review Reward
    Risk Role Rollback Root Round Router Row Rule Rules Runtime Safe Safety Sales Sample Scale
    Scaling Schema Science Scientist Score Scoring Scrum Search Security Semantic Senior Sentence
    Sequence Serving Service Services Session Shadow Shared Shop Short Signal Silver Similarity
    Simple Site Slice Small Social Software Source Special Speed Sprint Squad Staff Staging
    Standard Star State Stats Status Step Stock Stop Storage Store Stream Streaming Strong
    Structured Summary Super Supervised Supply Support Survival Synthetic System Systems Table
    Tail Target Task Team Tech Technical Temperature Test Testing Tests Text Threshold Throughput
    Ticket Tier Time Token Tokens Tool Top Topic Trace Traffic Training Transfer Transformer
    Tree Trend Trial Triage Trigger Trust Truth Tune Tuning Type Unit Update Upstream User Users
    Utility Validation Value Vanilla Variance Vendor Version Vice Video View Virtual Vision Vocab
    Voice Wave Web Week Weekly Weight Wide Window Word Worker World Zero Zone Quantum
    Responsible Confident Sure Aware Happy Sorry Glad Certain Comfortable Proud Remote Ready
    Familiar Technical Experienced Passionate Curious Available Honest Careful Skeptical Sceptical
    Married Single Pregnant Disabled Dyslexic Autistic Done Finished Fluent Bilingual Native
    Self Certified Excellent Brilliant Fantastic Great Wonderful Chief Deputy Associate
    AB AI AIC ANN ANOVA AP ARIMA AUC BERTScore BI BIC BLEU BM25 CEO CFO CI CIO CLIP CLI CNN COO CPO
    CPU CRF CRM CTO CV DAG DBA DNS DPO EDA ELT ERP ETA ETL F1 FP FPR FTRL GAN GBDT GBM GCP GDPR GMM
    GNN GPU HMM HNSW HPO HQ HR IAM IO IOU IP IPS IT IVF JSON JWT KL KNN KPI KS LDA LLM LSTM LTV
    MAE MAPE MAP ML MLE MLOps MRR MSE MTTR NER NLP NLU NDCG OCR OKR OLAP OLS OOD OOM OPE PCA PHI
    PII PM PMI PO PPO PR PSI QA QPS RAG RBAC RDS REST RFC RL RLHF RMSE RNN ROC ROI ROUGE RPC SDK
    SGD SHAP SLA SLI SLO SMOTE SOC SOP SQL SRE SSL SVD SVM TF TFX TPR TPU TTL UAT UI UMAP UX VAE
    VIF VM VP VPC WER XML YAML CD CAP ACID IDF TFIDF ID OK PC ROUGE USD EUR GBP INR PD DS DE ME
    """
)
"""Parts of work and of its systems, acronyms of the trade, and what people say of themselves."""

NOT_NAMES = TOOLS | METHODS | DATASETS | PLACES | OPENERS | TRADE
"""Words that are never redacted as a name or an employer by how they stand in a sentence."""

ALSO_NAMES = word_set(
    """
    an as at be bill bright brown case chance chase clean close core day dean do drew early east
    even faith fair field frank gold good grace grant gray green grey guy hall hand he her
    hill his ho hope house hunt hunter in is it joy judge just king la lake lane law le light
    long love mark mason max may me miles min my new nice noble north of old on or page parks
    pay penny per pierce pike poor port post price rain read rich rob rock rose ruby sad sage same
    sand see sharp she short so son song south star stone strong style summer sun sunny the to
    true van von wade walker wall ward way we west white will wing winter wise with wolf wood
    woods worth yes you young a an baker banks barber berry bishop bond branch brook bush butler
    carter cook cooper crane cross curry dale drake duke farmer fisher fleet flowers forest
    fox gardener gates glass heart jade jewel knight lamb
    little major merit mill miller moon moss null
    parker pearl phoenix potter power powers prince queen ray reed reese rivers
    root ross rush sample sawyer scout seal shade shepherd shields short sky skill smart snow
    sparks spring stark steel storm street swift tanner taylor teal test turner usage data model
        west weaver wells winner wren
    """
)
"""Words of English that are also parts of names: never taken out of a text by themselves."""
