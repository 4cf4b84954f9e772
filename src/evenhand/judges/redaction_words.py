"""Names of people, employers and schools that redaction knows, and words that are none of them."""

from evenhand.judges.clauses import word_set

GIVEN_NAMES = word_set(
    """
    Aaron Abdul Abdullah Adebayo Aditya Ahmed Aisha Akira Alejandro Alessandro Alexander
    Alexandra Alice Alicia Amanda Amelia Amina Amit Amy Ana Anastasia Andrea Andreas Andrei
    Andrew Angela Anita Anjali Anna Anne Antonio Aoife Arjun Arthur Ayesha Barbara Beatriz
    Benjamin Bogdan Brandon Brian Bruno Camille Carlos Carmen Caroline Catherine Charlotte
    Chiara Chloe Chris Christian Christina Christopher Ciara Claire Clara Daniel Daniela David
    Deepak Denise Diego Dmitri Dmitry Dominik Donna Edward Elena Elif Elizabeth Emily Emma
    Eric Erik Esther Ethan Evelyn Fatima Fatma Felipe Fernando Florian Francesca Francesco
    Francisco Franziska Fred Gabriela Gary George Giovanni Giulia Gonzalo Guadalupe Guillaume
    Hannah Hans Haruto Hassan Heather Heidi Helen Helena Henrik Hiroshi Hugo Ibrahim Igor
    Ingrid Irina Isabel Isabella Ivan Jakub Jamal James Jan Jana Janet Jason Javier Jean
    Jennifer Jeremy Jessica Jing Joanna João Joel Johan Johannes John Jonas Jonathan Jorge
    José Joseph Joshua Juan Jürgen Kamal Karen Karin Karl Karthik Kavita Katarina Kate
    Katherine Kathryn Katja Keiko Kelly Kenji Kenneth Kevin Khalid Kofi Krzysztof Kumar Kwame
    Lakisha Lars Laura Lauren Leila Linda Lisa Louise Luca Lucas Lucia Lukas Luis Magdalena
    Mahmoud Malik Manuel Marcel Marco Margaret Maria María Marie Mario Markus Marta Martin
    Mary Mateusz Matthew Matthias Mei Melissa Michael Michelle Miguel Mohamed Mohammad
    Mohammed Monica Monika Muhammad Nadia Nancy Natalia Natasha Neha Nicholas Nicolas Nicole
    Nikhil Nina Oleksandr Olga Oliver Olivia Oluwaseun Omar Pablo Pamela Paolo Patricia
    Patrick Paul Paula Pedro Peter Petra Philip Pierre Piotr Pooja Priya Rachel Rahul Raj
    Rajesh Ravi Rebecca Ricardo Richard Rita Robert Roberto Rohan Rosa Ryan Sabine Samantha
    Samuel Sandra Sanjay Santiago Sarah Sebastian Sergei Shanice Sharon Shreya Simon Sofia
    Sophie Stefan Stefanie Stephanie Stephen Steven Sunita Susan Suresh Svetlana Takashi
    Tamara Tatiana Teresa Thomas Thorsten Timothy Tomasz Tyrone Ulrike Ursula Valentina
    Vanessa Vijay Vikram Vincent Vladimir Walter Wei Wolfgang Xiaoling Yasmin Yuki Yusuf
    Zainab Zofia Zuzana
    """
)
"""Given names that are hardly ever anything else at the start of a capital letter."""

COMPANIES = word_set(
    """
    Accenture Adobe Airbnb Alibaba Allianz Amazon Anthropic Apple AstraZeneca Atlassian Baidu
    Barclays Bayer BlackRock Bloomberg BMW Booking Bosch ByteDance Capgemini Cisco Citadel
    Cloudera Cognizant Coinbase Databricks DeepMind Deloitte Dell Disney DoorDash Dropbox eBay
    Ericsson Etsy Expedia Facebook Ford Fujitsu Goldman Google Grab Grammarly Hitachi
    Honeywell HSBC Huawei IBM Infosys Instacart Intel Intuit JPMorgan Klarna KPMG LinkedIn
    Lyft Mastercard McKinsey Meta Microsoft Monzo Netflix Nokia Novartis Nvidia NVIDIA OpenAI
    Oracle Palantir PayPal Pfizer Philips Pinterest PwC Qualcomm Revolut Roche Salesforce
    Samsung SAP Shell Shopify Siemens Snap Sony Spotify Stripe Swiggy Tata TCS Tencent Tesla
    ThoughtWorks Twitter Uber Unilever Visa Vodafone Walmart Wipro Workday Yahoo Yandex
    Zalando Zomato Zoom
    """
)
"""Employers known by name; only where the words round it speak of employment."""

SCHOOLS = (
    "Stanford",
    "Harvard",
    "Princeton",
    "Caltech",
    "Carnegie Mellon",
    "CMU",
    "UC Berkeley",
    "UCLA",
    "Georgia Tech",
    "Virginia Tech",
    "EPFL",
    "ETH Zürich",
    "ETH Zurich",
    "ETH",
    "KTH",
    "TU Delft",
    "TU Berlin",
    "TU Wien",
    "TU München",
    "Sciences Po",
    "INSEAD",
    "Tsinghua",
    "IIT Bombay",
    "IIT Delhi",
    "IIT Madras",
    "IIT Kanpur",
    "BITS Pilani",
    "MIT",
    "LSE",
    "NUS",
    "Howard",
    "Yale",
    "Oxford",
    "Cambridge",
    "Columbia",
    "Cornell",
    "Berkeley",
)

NOT_NAMES = word_set(
    """
    Adam Airflow Alexa Ansible Apache Arrow Athena Aurora AutoML Azure Bayes Beam Bedrock Bert
    BERT BigQuery Bonferroni Brier Burp CatBoost Cassandra Celery Claude Cohen Cohere Colab
    Confluence CUDA Cython Dagster Dask Datadog DBT Debezium Dirichlet Docker DuckDB DynamoDB
    Elastic Elasticsearch Elmo Excel Faiss FAISS Fargate FastAPI Fisher Flask Flink Gauss
    Gemini Gini Git GitHub GitLab Gemma GPT Grafana Great Hadoop Haiku Helm Hive Hugging
    HuggingFace Huber Iceberg Isolation Jenkins Jira JMeter Jupyter Kafka Kaggle Kalman Keras
    Kibana Kolmogorov Kubeflow Kubernetes Lambda LangChain Laplace Levenshtein LightGBM Linux
    Llama Locust Looker Luigi Markov Mann Metabase Milvus Mistral MLflow Mongo Monte Naive
    Neo4j Neptune Nagios NumPy ONNX OpenCV Opus Optuna Pagerduty PagerDuty Pandas Parquet
    Pearson Pinecone Platt Poisson Polars Postgres PostgreSQL Power Prefect Presto Prometheus
    Prophet PyTorch Python Qdrant Qwen Rabbit RabbitMQ Ray React Redis Redshift Rust SageMaker
    Salesforce Scikit Seldon Sentry Shapley Simpson Slack Smirnov Snowflake Sonnet spaCy Spark
    Spearman Splunk Streamlit Student Superset Tableau Teams TensorFlow TensorBoard Terraform
    Thompson Tomcat Torch Triton Unix Vertex Wald Weaviate Whisper Whitney Wilcoxon Wilson
    Windows XGBoost Zapier Zipkin English German French Spanish Italian Portuguese Dutch
    Polish Czech Slovak Russian Ukrainian Chinese Japanese Korean Hindi Arabic Turkish
    European American British Irish Swiss Austrian Europe Germany France Spain Italy Poland
    India China Japan Brazil Mexico Canada Africa Asia January February March April May June
    July August September October November December Monday Tuesday Wednesday Thursday Friday
    Saturday Sunday Christmas Easter Black Ramadan Q1 Q2 Q3 Q4 I If In It Is The A An And But
    So Then That This These Those We He She They You My Our Your First Second Third Next Last
    Also As At By For From Of On Or To When Where Which Who Why How What While With Without
    After Before Because Since No Not Yes One Two Three Four Five Each Every All Any Both Some
    Most Many Sales Finance Marketing Legal Support Security Product Operations Engineering
    Compliance Data Model Test Tests Production Search Risk Fraud Customer Customers Users
    System Step Option Head Director Chief Vice Senior Junior Lead Staff Principal Platform
    Infra Infrastructure Research Risk Quality Analytics Science Level Team Accuracy Precision
    Recall Latency Evaluation Monitoring
    """
)
"""Words with a capital letter that are never redacted as a name or an employer: tools, methods,
languages, places, the calendar, departments, and words that open a sentence."""
