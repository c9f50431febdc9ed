#include "services/profile/skill_aliases.h"

#include <initializer_list>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "services/profile/skill_catalog.h"

namespace cortado::profile {
namespace {

struct Names {
  absl::string_view usual;
  std::initializer_list<absl::string_view> others;
};

// Versions, sub-dialects and merely similar products are left apart on purpose: "AngularJS" is not "Angular".
constexpr Names kNames[] = {
    {"Amazon Web Services (AWS)", {"AWS", "Amazon Web Services", "Amazon AWS"}},
    {"Angular", {"Angular 2+", "ng2"}},
    {"AngularJS", {"Angular.js", "Angular 1"}},
    {"Artificial intelligence", {"AI"}},
    {"Bash/Shell (all shells)", {"Bash", "Bash/Shell", "Shell", "Shell scripting", "sh", "zsh"}},
    {"C#", {"CSharp", "C Sharp", "C#.NET"}},
    {"C++", {"Cpp", "CPlusPlus", "Modern C++"}},
    {"CI/CD", {"CICD", "Continuous integration", "Continuous delivery"}},
    {"Cassandra", {"Apache Cassandra"}},
    {"CockroachDB", {"Cockroach DB", "CRDB"}},
    {"CouchDB", {"Couch DB", "Apache CouchDB"}},
    {"CSS", {"CSS3"}},
    {"Data analysis", {"Data analytics"}},
    {"Deep learning", {"DL"}},
    {"Digital Ocean", {"DigitalOcean"}},
    {"Docker", {"Docker Engine", "Dockerfile"}},
    {"DynamoDB", {"Dynamo", "Amazon DynamoDB", "AWS DynamoDB"}},
    {"Elasticsearch", {"Elastic Search", "Elastic"}},
    {"Express", {"Express.js", "ExpressJS"}},
    {"Git", {"Git version control"}},
    {"Go", {"Golang"}},
    {"Google Cloud", {"GCP", "Google Cloud Platform", "Google Cloud Platform (GCP)"}},
    {"GraphQL", {"Graph QL"}},
    {"Hadoop", {"Apache Hadoop"}},
    {"HTML/CSS", {"HTML and CSS", "HTML & CSS", "HTML5/CSS3"}},
    {"IBM Cloud", {"IBM Cloud or Watson", "Bluemix"}},
    {"IBM DB2", {"DB2"}},
    {"Infrastructure as code", {"IaC"}},
    {"JavaScript", {"JS", "ECMAScript", "ES6", "Java Script"}},
    {"Kafka", {"Apache Kafka"}},
    {"Kotlin", {"Kotlin/JVM"}},
    {"Kubernetes", {"k8s", "kube", "K8"}},
    {"Large language models", {"LLM", "LLMs"}},
    {"Linode", {"Linode, now Akamai"}},
    {"Machine learning", {"ML"}},
    {"MariaDB", {"Maria DB"}},
    {"Microsoft Azure", {"Azure", "MS Azure"}},
    {"Microsoft Excel", {"Excel", "MS Excel"}},
    {"Microsoft SQL Server", {"SQL Server", "MSSQL", "MS SQL", "MS SQL Server"}},
    {"MongoDB", {"Mongo", "Mongo DB"}},
    {"MySQL", {"My SQL"}},
    {"Natural language processing", {"NLP"}},
    {"Next.js", {"NextJS", "Next JS"}},
    {"Node.js", {"Node", "NodeJS"}},
    {"Nuxt.js", {"Nuxt", "NuxtJS"}},
    {"Objective-C", {"ObjC", "Obj-C"}},
    {"Oracle", {"Oracle Database", "Oracle DB"}},
    {"Oracle Cloud Infrastructure (OCI)", {"OCI", "Oracle Cloud Infrastructure", "Oracle Cloud"}},
    {"PostgreSQL", {"Postgres", "PG", "Postgre SQL", "Postgre"}},
    {"PowerShell", {"Power Shell", "pwsh"}},
    {"Public speaking", {"Giving talks"}},
    {"Python", {"Python 3", "Python3", "py"}},
    {"React", {"ReactJS", "React.js"}},
    {"React Native", {"RN"}},
    {"Ruby on Rails", {"Rails", "RoR"}},
    {"Site reliability engineering", {"SRE"}},
    {"Solid.js", {"SolidJS"}},
    {"Spark", {"Apache Spark", "PySpark"}},
    {"Spring", {"Spring Framework"}},
    {"Spring Boot", {"SpringBoot"}},
    {"Svelte", {"SvelteJS"}},
    {"Terraform", {"HashiCorp Terraform", "tf"}},
    {"Test-driven development", {"TDD"}},
    {"TypeScript", {"TS", "Type Script"}},
    {"User experience", {"UX", "UX design", "User experience design"}},
    {"User interface design", {"UI design"}},
    {"Visual Basic (.Net)", {"VB.NET", "Visual Basic .NET", "VB .Net"}},
    {"VMware", {"VM ware"}},
    {"Vue.js", {"Vue", "VueJS"}},
    {"WebAssembly", {"WASM", "Web Assembly"}},
    {"WordPress", {"Word Press", "WP"}},
    {"Yii 2", {"Yii2"}},
    {".NET", {"dotnet", "Dot Net", ".NET Framework", ".NET Core"}},
    {"iOS", {"Apple iOS"}},
    {"jQuery", {"jQuery.js"}},
};

absl::flat_hash_map<std::string, absl::string_view> BuildTable() {
  absl::flat_hash_map<std::string, absl::string_view> table;
  for (const Names& names : kNames) {
    for (const absl::string_view other : names.others) table.emplace(SkillSlug(other), names.usual);
    table.emplace(SkillSlug(names.usual), names.usual);
  }
  return table;
}

}  // namespace

std::optional<absl::string_view> UsualSkillName(absl::string_view slug) {
  static const auto& table = *new absl::flat_hash_map<std::string, absl::string_view>(BuildTable());
  const auto found = table.find(slug);
  if (found == table.end()) return std::nullopt;
  return found->second;
}

}  // namespace cortado::profile
