"""Names of people, employers and schools that redaction knows."""

from evenhand.judges.clauses import word_set

GIVEN_NAMES = word_set(
    """
    Aaron Abdul Abdullah Abebe Abimbola Achieng Adaeze Adebayo Adewale Aditi Aditya Agnieszka
    Ahmed Ahmet Aisha Akira Akosua Alejandro Alessandro Alexander Alexandra Alice Alicia Aliyu
    Amanda Amara Amelia Amina Aminata Amit Amy Ana Anastasia Andrea Andreas Andrei Andrew Andrzej
    Angela Anita Anjali Anna Anne Antonio Anthony Anwar Aoife Arjun Arthur Arturo Ashwin Aslı
    Asmaa Ayesha Ayşe Ayumi Babatunde Baran Barbara Bartosz Beatriz Benjamin Bilal Binta Bogdan
    Bongani Bojan Boris Brandon Brian Bukola Burak Camille Carlos Carmen Caroline Catherine
    Cátia Čestmír Charlotte Chiara Chiamaka Chidi Chidinma Chinedu Chinwe Chloe Chris Christian
    Christina Christopher Ciara Cristina Claire Clara Damilola Daniel Daniela Daria David Deepa
    Deepak Deniz Denise Diego Divya Dmitri Dmitry Dmytro Dominik Donna Dragan Duc Ebru Edward
    Ekaterina Elena Elif Elizabeth Emeka Emily Emma Emre Eric Erik Eskil Esra Esther Ethan Evelyn
    Farida Farhan Fatima Fatma Fatoumata Felipe Femi Fernando Florian Folake Francesca Francesco
    Francisco Franziska Fred Funmilayo Gabriela Ganesh Gary George Giovanni Giulia Gonzalo
    Grzegorz Guadalupe Guillaume Gürkan Habib Hannah Hans Haruka Haruto Hassan Hatice Heather
    Heidi Helen Helena Henrik Hiroshi Hoang Huong Hussein Hyun Ibrahim Ifeoma Ifeanyi Igor Imran
    Ines Ingrid Irina Isabel Isabella Ivan Ivana Jacek Jakub Jamal James Jana Janet Jarosław
    Jason Javier Jean Jelena Jennifer Jeremy Jessica Jing Joanna João Joaquín Joel Johan Johannes
    John Jonas Jonathan Jorge José Joseph Joshua Juan Juliana Jürgen Kamal Kaoru Karen Karim Karin
    Karl Karthik Kareem Katarzyna Kavita Kavya Katarina Kate Katherine Kathryn Katja Kehinde
    Keiko Kelechi Kenji Kenneth Kevin Khadija Khalid Khaled Kofi Krishna Krzysztof Kumar Kwabena
    Kwame Lakisha Lakshmi Lamar Lars Latoya Laura Lauren Leila Linda Lisa Louise Luca Lucas Lucia
    Lukas Łukasz Luis Maciej Magdalena Mahmoud Małgorzata Malik Manuel Marcel Marcin Marco Marek
    Margaret Maria María Mariam Marie Mario Marisol Markus Marta Martin Mary Mateusz Matthew
    Matthias Mehmet Mei Melissa Michael Michał Michelle Miguel Milica Mohamed Mohammad Mohammed
    Monica Monika Muhammad Murat Musa Mustafa Nadia Nandini Nancy Naoko Natalia Natasha Neha
    Ngozi Nguyễn Nguyen Nia Nicholas Nicolas Nicole Nikhil Nikola Nikolai Nina Nkechi Nneka Noor
    Nosipho Oksana Oleksandr Olga Oliver Olivia Olumide Oluwaseun Omar Osman Özlem Pablo Pamela
    Paolo Patricia Patrick Paul Paula Paweł Pedro Peter Petra Philip Phuong Pierre Piotr Pooja
    Prakash Prasad Priya Priyanka Rachel Radek Rafael Rahul Raj Rajesh Rakesh Ramesh Rania Rashid
    Ravi Rebecca Ricardo Richard Rita Robert Roberto Rohan Rohit Rosa Ryan Sabine Sakura Samantha
    Samuel Sandeep Sandra Sanjay Santiago Sara Sarah Sebastian Şebnem Sergei Sergey Serkan
    Shanice Sharon Shreya Siddharth Simon Sipho Sneha Sofia Somchai Sophie Sota Srinivas Stefan
    Stefanie Stephanie Stephen Steven Sunil Sunita Suresh Susan Svetlana Swati Tadeusz Taiwo
    Takashi Tamara Tariq Tatiana Temitope Tendai Teresa Thabo Thandiwe Thomas Thorsten Timothy
    Tomasz Trang Tuan Tunde Tyrone Uchenna Ulrike Umar Ursula Valentina Vanessa Venkat Vijay
    Vikram Vincent Vishal Vladimir Walter Wanjiru Wei Wojciech Wolfgang Xiaoling Xiaoming
    Yasmin Yetunde Yolanda Yoshiko Yousef Youssef Yuki Yusuf Yvonne Zainab Zanele Željko Zeynep
    Zofia Zuzana Żaneta
    Александр Алексей Анастасия Андрей Анна Виктор Владимир Дмитрий Екатерина Елена Иван Ирина
    Мария Михаил Наталья Николай Олександр Оксана Ольга Павел Сергей Татьяна Юлия Юрий
    Γιώργος Γιάννης Δημήτρης Ελένη Κατερίνα Κώστας Μαρία Νίκος Παναγιώτης Σοφία
    """
)
"""Given names that are hardly ever anything else at the start of a capital letter."""

COMPANIES = word_set(
    """
    3M ABB Accenture Adidas Adobe Adyen Airbnb Airbus Alibaba Allegro Allianz Amazon Andela
    Anthropic Apple Aramco ASML AstraZeneca Atlassian Auth0 Autodesk Avito AXA Baidu Barclays
    BASF Bayer BBVA BCG Binance BlackRock Bloomberg BMW Boeing Booking Bosch ByteDance Canva
    Capgemini Cisco Citadel Citibank Cloudera Cloudflare Cognizant Coinbase Coursera Criteo
    Databricks Datadog DeepMind Deliveroo Dell Deloitte DHL Didi Discord Disney DocuSign DoorDash
    Dropbox Dunzo Duolingo DXC eBay Equifax Ericsson Etsy Expedia Experian Facebook FedEx Figma
    Flipkart Flutterwave Ford Freshworks Fujitsu Genentech Glovo Gojek Goldman Google Grab
    Grammarly GSK H&M HCL HCLTech HelloFresh Hitachi Honeywell HSBC Huawei HubSpot IBM iFood
    IKEA Infosys Instacart Instagram Intel Intuit Jio JPMorgan Jumia Kakao Klarna Konga KPMG
    LinkedIn L'Oréal Lufthansa Lyft M-KOPA Mastercard McKinsey Meesho MercadoLibre Merck Meta
    Microsoft MongoDB Monzo Moniepoint MTN Myntra Naspers Naver N26 Nestlé Netflix Nokia Novartis
    Novo Nubank Nvidia NVIDIA Ocado Okta Ola OpenAI Optum Oracle OYO Ozon Palantir PayPal Paystack
    Paytm Pfizer Philips PhonePe Pinterest Preply PwC Qualcomm Quora Rakuten Rappi Razorpay Reddit
    Revolut Rivian Roblox Roche Safaricom Salesforce Samsung Sanofi SAP Sberbank ServiceNow Shell
    Shopee Shopify Siemens Skyscanner Snap Snapchat Sony SpaceX Spotify Square Stripe Swiggy
    Swisscom Tata TCS Telefónica Tencent Tesco Tesla ThoughtWorks Thoughtworks TikTok Tinkoff
    Tokopedia Toyota TransferWise Trivago Turing Twilio Twitch Twitter Uber Udemy Unilever UPS
    Upwork Visa VMware Vodafone Volkswagen Volvo Walmart Wayfair WhatsApp Wipro Wise Wix Workday
    Yahoo Yandex YouTube Zalando Zerodha Zillow Zoho Zomato Zoom Яндекс Сбер Авито
    """
)
"""Employers known by name; only where the words round it speak of employment."""

ALSO_WORDS = word_set(
    """
    apple booking canva citadel didi discord duolingo ford grab intel konga meta monzo naver novo
    okta ola oracle ozon shell snap square stripe swiggy tata turing twitch uber ups visa wise
    wix zoom jumia optum philips quora reddit roche
    """
)
"""Employers whose name without a capital letter may be a word: they need more of a cue."""

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
    "KAIST",
    "KTH",
    "RWTH Aachen",
    "TU Delft",
    "TU Berlin",
    "TU Wien",
    "TU München",
    "Sciences Po",
    "INSEAD",
    "Tsinghua",
    "Peking",
    "Makerere",
    "Unilag",
    "UNAM",
    "USP",
    "Unicamp",
    "IIT Bombay",
    "IIT Delhi",
    "IIT Madras",
    "IIT Kanpur",
    "IISc",
    "BITS Pilani",
    "MIT",
    "LSE",
    "NUS",
    "NTU",
    "Howard",
    "Yale",
    "Oxford",
    "Cambridge",
    "Columbia",
    "Cornell",
    "Berkeley",
)
