#include <gmock/gmock.h>

#include <executus/net/client/http_client.hpp>
#include <executus/testing/manual_loop.hpp>

#include "llm/endpoint/vendor.hpp"

namespace executus::llm {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// Answers with what it was given: "<base url> <token> <effort>".
class EchoModel final : public Model {
 public:
  EchoModel(Endpoint endpoint, const std::string& id)
      : endpoint_(std::move(endpoint)), target_(endpoint_.name + "/" + id) {}
  Task<Response> generate(Request request, StreamObserver*) override {
    Response response;
    response.message = assistant_message(endpoint_.base_url + " " + endpoint_.token + " " + request.effort);
    response.usage.input = 2;
    response.usage.output = 1;
    co_return response;
  }
  const std::string& target() const override { return target_; }

 private:
  Endpoint endpoint_;
  std::string target_;
};

class EchoProvider final : public Provider {
 public:
  explicit EchoProvider(Endpoint endpoint) : endpoint_(std::move(endpoint)) {}
  const std::string& name() const override { return endpoint_.name; }
  std::shared_ptr<Model> model(std::string id) override {
    return std::make_shared<EchoModel>(endpoint_, id == "relative" ? "/absolute/" + id : id);
  }

 private:
  Endpoint endpoint_;
};

Vendor vendor(std::string scheme, std::string key, std::map<std::string, std::string> tiers) {
  auto make = [](Endpoint endpoint, net::HttpClient*) { return std::make_shared<EchoProvider>(std::move(endpoint)); };
  return {.scheme = scheme,
          .key_variable = std::move(key),
          .url_variable = {},
          .default_url = {},
          .tiers = std::move(tiers),
          .make = make};
}

// Two vendors with keys and default models, one of them without an endpoint; one that is not made yet.
class CatalogTest : public ::testing::Test {
 protected:
  ModelCatalog& catalog() {
    environment_ = std::make_unique<FixedEnvironment>(variables_);
    options_.environment = environment_.get();
    catalog_ = make_catalog(options_, {vendor("first", "FIRST_KEY", {{"fast", "f1"}, {"thinking", "t1?effort=high"}}),
                                       vendor("second", "SECOND_KEY", {{"fast", "f2"}}),
                                       {.scheme = "planned", .key_variable = "PLANNED_KEY"}});
    return *catalog_;
  }
  std::string spec(const std::string& name) { return catalog().resolve(name).value().spec; }
  Error error(const std::string& name) { return catalog().resolve(name).error(); }
  std::string answer(const ResolvedModel& resolved, std::string effort = "") {
    Request request;
    request.effort = std::move(effort);
    return loop_.run(resolved.model->generate(std::move(request), nullptr)).message.text();
  }

  FixedEnvironment::Variables variables_;
  ResolverOptions options_;
  std::unique_ptr<FixedEnvironment> environment_;
  std::unique_ptr<ModelCatalog> catalog_;
  testing::ManualLoop loop_;
};

TEST_F(CatalogTest, OneKeyIsEnough) {
  variables_ = {{"SECOND_KEY", "k"}};

  EXPECT_EQ(spec(""), "second/f2");
  EXPECT_EQ(spec("fast"), "second/f2");
  EXPECT_THAT(error("thinking").message(), AllOf(HasSubstr("second"), HasSubstr("EXECUTUS_MODEL_TIER_THINKING")));
}

TEST_F(CatalogTest, TheEnvironmentComesBeforeTheConfigurationAndThatBeforeDefaults) {  // [MOD-02]
  variables_ = {{"FIRST_KEY", "k"}};
  EXPECT_EQ(spec("fast"), "first/f1");

  options_.tiers = {{"fast", "second/configured"}, {"cheap-one", "first/c"}};
  EXPECT_EQ(spec("fast"), "second/configured");
  EXPECT_EQ(spec("cheap-one"), "first/c");

  variables_["EXECUTUS_MODEL_TIER_FAST"] = "first/from-environment";
  variables_["EXECUTUS_MODEL_TIER_CHEAP_ONE"] = "first/c2";
  EXPECT_EQ(spec("fast"), "first/from-environment");
  EXPECT_EQ(spec("cheap-one"), "first/c2");
}

TEST_F(CatalogTest, ATierMayBeSetInTheEnvironmentAlone) {
  variables_ = {{"EXECUTUS_MODEL_TIER_CHEAP", "first/c"}};

  EXPECT_EQ(spec("cheap"), "first/c");
}

TEST_F(CatalogTest, TheEffortOfASpecReachesTheRequest) {  // [MOD-04]
  variables_ = {{"FIRST_KEY", "k"}};

  auto thinking = catalog().resolve("thinking").value();

  EXPECT_EQ(thinking.spec, "first/t1?effort=high");
  EXPECT_EQ(thinking.model->target(), "first/t1");
  EXPECT_EQ(answer(thinking), " k high");
  EXPECT_EQ(answer(thinking, "low"), " k low");
}

TEST_F(CatalogTest, AChainIsResolvedAsOneModelAndResolvesToItself) {  // [LLM-11] [LLM-12]
  variables_ = {{"FIRST_KEY", "k"}, {"SECOND_KEY", "k2"}};
  options_.aliases = {{"cheap", "second/c?effort=low,first/f1"}};

  auto resolved = catalog().resolve("cheap,thinking").value();

  EXPECT_EQ(resolved.spec, "second/c?effort=low,first/f1,first/t1?effort=high");
  EXPECT_EQ(resolved.model->target(), "second/c");
  EXPECT_EQ(answer(resolved), " k2 low");
  EXPECT_EQ(spec(resolved.spec), resolved.spec);
}

TEST_F(CatalogTest, AChainGoesOnWhereTheFirstIsSuspended) {  // [LLM-17] [LLM-18]
  variables_ = {{"FIRST_KEY", "k"}, {"SECOND_KEY", "k2"}};
  auto& models = catalog();
  auto chain = models.resolve("first/a,second/b").value();

  models.health().suspend({"first/a", {}, "too expensive"});

  EXPECT_EQ(answer(chain), " k2 ");
  EXPECT_EQ(models.list().health.at(0).target, "first/a");
}

TEST_F(CatalogTest, AHostsConfigurationComesBeforeDefaultsAndIsAskedOnceInAWhile) {  // [MOD-01] [MOD-02] [MOD-03]
  variables_ = {{"FIRST_KEY", "k"}};
  options_.tiers = {{"fast", "first/file"}};
  int asked = 0;
  std::string fast = "second/host";
  options_.config = [&](const std::string& key) -> std::optional<std::string> {
    if (fast.empty()) throw std::runtime_error("away");
    asked += key == "model.tier.fast" ? 1 : 0;
    return key == "model.tier.fast" ? std::optional(fast) : std::nullopt;
  };
  options_.clock = &loop_.clock();
  auto& models = catalog();
  EXPECT_EQ(models.resolve("fast")->spec, "second/host");
  EXPECT_EQ(models.resolve("thinking")->spec, "first/t1?effort=high");
  fast = "second/newer";
  EXPECT_EQ(models.resolve("fast")->spec, "second/host");
  EXPECT_EQ(asked, 1);
  loop_.advance(Milliseconds(60'000));
  EXPECT_EQ(models.resolve("fast")->spec, "second/newer");
  fast = "";
  loop_.advance(Milliseconds(60'000));
  EXPECT_EQ(models.resolve("fast")->spec, "second/newer") << "what throws leaves what was known";
}

TEST_F(CatalogTest, AHostsResolverIsAskedLast) {  // [LLM-14]
  options_.aliases = {{"known", "first/alias"}};
  ModelCatalog* models = nullptr;
  options_.dynamic = {[](const std::string&) { return std::nullopt; },
                      [&](const std::string& name) -> std::optional<std::string> {
                        EXPECT_EQ(models->resolve("known")->spec, "first/alias") << "it may ask back";
                        return "second/" + name;
                      }};
  models = &catalog();
  EXPECT_EQ(models->resolve("known")->spec, "first/alias");
  EXPECT_EQ(models->resolve("new")->spec, "second/new");
}

TEST_F(CatalogTest, EveryAnswerIsRecordedOnceWithWhoServedItAndItsCost) {  // [MOD-06] [MOD-10]
  struct Sink final : UsageSink {
    void record(const UsageRecord& record) override { records.push_back(record); }
    std::vector<UsageRecord> records;
  } sink;
  options_.usage = &sink;
  options_.prices = {"prices: {second/*: {input: 1, output: 3}}\n", "prices.yaml"};
  options_.tiers = {{"fast", "first/a,second/b"}};
  auto& models = catalog();
  models.health().suspend({"first/a", {}, ""});
  auto resolved = models.resolve("fast").value();
  Request request;
  request.attribution = resolved.attribution;
  (void)loop_.run(resolved.model->generate(std::move(request), nullptr));
  ASSERT_EQ(sink.records.size(), 1u);
  EXPECT_EQ(sink.records[0].target, "second/b");
  EXPECT_EQ(sink.records[0].attribution.model, "fast");
  EXPECT_EQ(sink.records[0].cost, NanoDollars(5'000));
}

TEST_F(CatalogTest, KnowsWhatCallsCost) {
  options_.prices = {"prices: {second/*: {input: 1, output: 3}}\n", "prices.yaml"};
  auto& models = catalog();

  EXPECT_EQ(models.cost("second/b", {2, 1, 0, 0, 0}, {}), NanoDollars(5'000));
  EXPECT_EQ(models.cost("third/c", {2, 1, 0, 0, 0}, {}), std::nullopt) << "unknown is not free";
}

TEST_F(CatalogTest, KeepsToWhatAProviderAllows) {  // [MOD-11]
  variables_ = {{"FIRST_KEY", "k"}};
  options_.limits = {{"first", {.requests_per_minute = 6, .burst = 1}}};
  options_.clock = &loop_.clock();
  auto& models = catalog();
  auto begin = loop_.clock().mono();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(answer(models.resolve("first/m" + std::to_string(i)).value()), " k ");
  EXPECT_GE(loop_.clock().mono() - begin, std::chrono::seconds(20)) << "all models of it together";
  EXPECT_EQ(models.list().limits.at("first").requests_per_minute, 6);
}

TEST_F(CatalogTest, KnowsContextWindowsOfTheUsersFile) {  // [MOD-12]
  options_.context_windows = {"windows: {first/*: 32768}\n", "windows.yaml"};
  EXPECT_EQ(catalog().resolve("first/any").value().context_tokens, 32'768);
  EXPECT_EQ(catalog().resolve("second/any").value().context_tokens, 0);
}

TEST_F(CatalogTest, TellsWhatIsATier) {  // [MOD-15]
  options_.tiers = {{"cheap", "first/c"}};
  options_.aliases = {{"quick", "first/q"}};
  for (const char* tier : {"fast", "thinking", "cheap"}) EXPECT_TRUE(catalog().is_tier(tier)) << tier;
  for (const char* other : {"quick", "first/q", "nothing"}) EXPECT_FALSE(catalog().is_tier(other)) << other;
}

TEST_F(CatalogTest, ASpecResolvesToItselfFromAnywhere) {
  EXPECT_EQ(spec("first/relative?effort=low"), "first//absolute/relative?effort=low");
  EXPECT_EQ(spec("first//absolute/x"), "first//absolute/x");
}

TEST_F(CatalogTest, WithoutProvidersTheVariablesThatHelpAreNamed) {
  auto problem = error("");

  EXPECT_EQ(problem.code(), "model.no_provider");
  EXPECT_THAT(problem.message(), AllOf(HasSubstr("FIRST_KEY"), HasSubstr("SECOND_KEY"), HasSubstr("LLM_LAB="),
                                       HasSubstr("PLANNED_KEY will not help")));
}

class UnusedHttp final : public net::HttpClient {
 public:
  Task<net::HttpStream> open(net::HttpRequest) override { throw std::logic_error("nothing is sent here"); }
};

// Variables that a test sets while the catalog lives.
class ChangingEnvironment final : public Environment {
 public:
  std::optional<std::string> get(std::string_view name) const override { return FixedEnvironment(variables).get(name); }
  std::vector<std::string> names_with_prefix(std::string_view prefix) const override {
    return FixedEnvironment(variables).names_with_prefix(prefix);
  }
  FixedEnvironment::Variables variables;
};

TEST(Catalog, LooksAnUnknownProviderUpOnceMore) {  // [LLM-13]
  auto make = [](Endpoint endpoint, net::HttpClient*) { return std::make_shared<EchoProvider>(std::move(endpoint)); };
  Vendor echo{.scheme = "echo", .default_url = "https://echo", .make = make};
  ChangingEnvironment environment;
  environment.variables = {{"LLM_ONE", "echo://k@one/v1"}};
  UnusedHttp http;
  ResolverOptions options{.environment = &environment, .http = &http};
  auto catalog = make_catalog(options, {echo});

  environment.variables = {{"LLM_TWO", "echo://k@two/v1"}};

  EXPECT_TRUE(catalog->resolve("one/m").ok());
  EXPECT_TRUE(catalog->resolve("two/m").ok());
  EXPECT_EQ(catalog->resolve("three/m").error().code(), "model.unknown_provider");
}

TEST_F(CatalogTest, NamesTheVariableThatWouldAddAnUnknownProvider) {
  auto problem = error("nobody/m");

  EXPECT_EQ(problem.code(), "model.unknown_provider");
  EXPECT_THAT(problem.message(), AllOf(HasSubstr("LLM_NOBODY="), HasSubstr("first, second")));
}

TEST_F(CatalogTest, AVendorNotMadeYetFailsOnlyWhenUsed) {
  variables_ = {{"PLANNED_KEY", "c4n4ry"}, {"LLM_LAB", "planned://c4n4ry@host"}};

  for (const char* name : {"planned/m", "lab/m"}) {
    auto problem = error(name);
    EXPECT_EQ(problem.code(), "model.vendor");
    EXPECT_EQ(problem.kind(), ErrorKind::unimplemented);
    EXPECT_THAT(problem.message(), Not(HasSubstr("c4n4ry")));
  }
}

TEST_F(CatalogTest, AMalformedEntryFailsOnlyWhenUsed) {  // [LLM-13]
  variables_ = {{"FIRST_KEY", "k"}, {"LLM_BAD", "c4n4ry"}, {"LLM_ODD", "c4n4ry://host"}};

  EXPECT_EQ(spec("fast"), "first/f1");
  for (const char* name : {"bad/m", "odd/m"}) {
    EXPECT_EQ(error(name).code(), "model.dsn");
    EXPECT_THAT(error(name).message(), Not(HasSubstr("c4n4ry")));
  }
}

TEST(Catalog, WithoutAnHttpClientSaysSo) {
  auto make = [](Endpoint endpoint, net::HttpClient*) { return std::make_shared<EchoProvider>(std::move(endpoint)); };
  FixedEnvironment environment({});
  auto catalog =
      make_catalog({.environment = &environment}, {{.scheme = "echo", .default_url = "https://echo", .make = make}});

  EXPECT_EQ(catalog->resolve("echo/m").error().code(), "model.no_http");
}

TEST_F(CatalogTest, AHostAddsProviders) {
  variables_ = {{"FIRST_KEY", "k"}};
  auto& models = catalog();

  models.add(std::make_shared<EchoProvider>(Endpoint{"own", "u", "t", ""}));
  models.add(std::make_shared<EchoProvider>(Endpoint{"first", "host's", "t", ""}));

  EXPECT_EQ(answer(models.resolve("own/m").value()), "u t ");
  EXPECT_EQ(answer(models.resolve("fast").value()), "host's t ");
}

TEST_F(CatalogTest, AKeyThatWouldBreakAHeaderIsRefused) {
  variables_ = {{"FIRST_KEY", "c4n4ry\r\nX-Evil: 1"}};

  EXPECT_EQ(error("first/m").code(), "model.credentials");
  EXPECT_THAT(error("first/m").message(), Not(HasSubstr("c4n4ry")));
}

TEST_F(CatalogTest, ListsProvidersTiersAndWhatIsWrongWithThem) {
  variables_ = {{"FIRST_KEY", "c4n4ry"}, {"LLM_BAD", "c4n4ry"}, {"EXECUTUS_MODEL_TIER_ODD", "fast"}};
  options_.aliases = {{"quick", "fast"}};

  auto listing = catalog().list();

  std::string providers, tiers;
  for (const auto& each : listing.providers)
    providers += each.name + "|" + each.source + "|" + std::string(to_string(each.credentials)) +
                 (each.problem.empty() ? "" : "!") + " ";
  for (const auto& each : listing.tiers)
    tiers += each.name + "|" + each.spec + "|" + each.source + (each.problem.empty() ? "" : "!") + " ";
  EXPECT_EQ(providers, "bad|LLM_BAD|not needed! first|FIRST_KEY|present second||not needed ");
  EXPECT_EQ(tiers,
            "fast|first/f1|default of first odd|fast|EXECUTUS_MODEL_TIER_ODD! thinking|first/t1?effort=high|default of "
            "first ");
  for (const auto& each : listing.providers) EXPECT_THAT(each.problem + each.base_url, Not(HasSubstr("c4n4ry")));
}

}  // namespace
}  // namespace executus::llm
