#include <gmock/gmock.h>

#include <executus/testing/http_server.hpp>

#include "cli_program.hpp"

namespace executus::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class Models : public CliProgram {
 protected:
  Models() {
    environment_["LLM_LAB"] = "openai+http://c4n4ry@127.0.0.1:1/v1";
    script("a", "  - text: ready\n");
  }
  std::string scripted() const { return "scripted/" + (folder() / "a.turns.yaml").string(); }
};

TEST_F(Models, TestMakesOneCall) {
  auto answer = run({"models", "test", scripted(), "--json"});
  EXPECT_EQ(answer.exit, 0) << answer.err;
  EXPECT_EQ(answer.json().at("answer"), "ready");
  EXPECT_EQ(answer.json().at("served_by").as_string(), scripted());
}

TEST_F(Models, TestExplainsAFailure) {  // [LLM-09]
  auto refused = run({"models", "test", "lab/m"});
  EXPECT_EQ(refused.exit, 1);
  EXPECT_THAT(refused.err, AllOf(HasSubstr("cannot be reached"), HasSubstr("127.0.0.1:1"), Not(HasSubstr("c4n4ry"))));
  EXPECT_EQ(run({"models", "test", "lab/m", "--json"}).json().at("error_code"), "model.unreachable");
}

TEST_F(Models, TestOfANameThatMeansNothingIsAUsageError) {
  for (const char* name : {"nope", "lab/m,", "nowhere/m"}) EXPECT_EQ(run({"models", "test", name}).exit, 2) << name;
  EXPECT_THAT(run({"models", "test", "lab/m,"}).err, HasSubstr("empty place"));
}

TEST_F(Models, ASuspensionOutlivesTheProcessAndIsRestored) {  // [LLM-17] [HOST-05]
  auto not_at_all = run({"models", "suspend", scripted(), "--for", "0s"});
  EXPECT_EQ(not_at_all.exit, 2);
  EXPECT_THAT(not_at_all.err, HasSubstr("--for has to be longer than 0"));
  EXPECT_EQ(run({"models", "suspend", scripted(), "--for", "2h", "--reason", "too slow"}).exit, 0);
  EXPECT_THAT(run({"models", "list"}).out, AllOf(HasSubstr("suspended for 2h"), HasSubstr("too slow")));
  EXPECT_EQ(run({"models", "list", "--json"}).json().at("health").at(0).at("by_hand"), true);
  auto passed_over = run({"models", "test", scripted()});
  EXPECT_EQ(passed_over.exit, 1);
  EXPECT_THAT(passed_over.err, HasSubstr("models restore"));
  EXPECT_EQ(run({"models", "restore", scripted()}).exit, 0);
  EXPECT_EQ(run({"models", "test", scripted()}).exit, 0);
}

TEST_F(Models, ASuspensionOfAProviderThatIsGoneIsRestored) {  // [LLM-17] [HOST-05]
  EXPECT_EQ(run({"models", "bench", "lab/m"}).exit, 0);
  environment_.erase("LLM_LAB");
  EXPECT_EQ(run({"models", "unbench", "lab/other"}).exit, 2) << "nobody knows it";
  auto taken_back = run({"models", "unbench", "lab/m"});
  EXPECT_EQ(taken_back.exit, 0) << taken_back.err;
  EXPECT_THAT(taken_back.out, HasSubstr("lab/m is asked again"));
  EXPECT_TRUE(run({"models", "list", "--json"}).json().at("health").as_array().empty());
}

TEST_F(Models, ADamagedListOfSuspensionsIsNotOverwritten) {
  write("executus.db.models.json", "garbage");
  environment_["EXECUTUS_DB"] = (folder() / "executus.db").string();
  auto refused = run({"models", "bench", scripted()});
  EXPECT_EQ(refused.exit, 2) << refused.out;
  EXPECT_THAT(refused.err, HasSubstr("executus.db.models.json"));
  EXPECT_EQ(read("executus.db.models.json"), "garbage");
}

// [LLM-18] A run goes on with the next model of its chain.
TEST_F(Models, ARunFallsBackToTheNextOfAChain) {  // [LLM-18] [LLM-11]
  agent("chained", "  - text: unused\n");
  auto finished = run({"run", "chained", "hi", "--model", "lab/gone," + scripted(), "--json"});
  EXPECT_EQ(finished.exit, 0) << finished.err;
  EXPECT_EQ(finished.json().at("output"), "ready");
}

// A provider that answers, beside LLM_LAB, which does not.
class RefreshedModels : public Models {
 protected:
  RefreshedModels() {
    environment_["LLM_NEAR"] = "openai+http://c4n4ry@127.0.0.1:" + std::to_string(server_.port()) + "/v1";
    environment_["EXECUTUS_MODEL_TIER_FAST"] = "near/m";
  }
  static const boost::json::value& provider(const boost::json::value& listing, std::string_view name) {
    for (const auto& each : listing.at("providers").as_array())
      if (std::string_view(each.at("name").as_string()) == name) return each;
    throw std::runtime_error("no such provider");
  }
  HttpServer::Reply reply_{200, {}, R"({"data":[{"id":"m","max_model_len":4096},{"id":"n"}]})"};
  HttpServer server_{[this](const HttpServer::Request&) { return reply_; }};
};

TEST_F(RefreshedModels, AreWhatTheProvidersTell) {  // [MOD-13]
  auto listing = run({"models", "list", "--refresh", "--json"});

  EXPECT_EQ(listing.exit, 0) << listing.err;
  auto json = listing.json();
  EXPECT_EQ(provider(json, "near").at("models"), 2);
  EXPECT_EQ(provider(json, "near").at("context_windows"), 1);
  EXPECT_TRUE(provider(json, "lab").at("models").is_null());
  EXPECT_THAT(std::string(provider(json, "lab").at("models_problem").as_string()), HasSubstr("127.0.0.1:1"));
  EXPECT_EQ(json.at("tiers").at(0).at("context_tokens"), 4096);
  EXPECT_EQ(server_.requests().at(0).target, "/v1/models");
}

TEST_F(RefreshedModels, ShowAPersonWhoFailedAndWhy) {  // [MOD-13]
  auto listing = run({"models", "list", "--refresh"});

  EXPECT_EQ(listing.exit, 0);
  EXPECT_THAT(listing.out, AllOf(HasSubstr("MODELS"), HasSubstr("failed"), HasSubstr("4096")));
  EXPECT_THAT(listing.err, AllOf(HasSubstr("lab: "), HasSubstr("cannot be reached")));
  EXPECT_THAT(listing.out + listing.err, Not(HasSubstr("c4n4ry")));
}

TEST_F(RefreshedModels, AreNotAskedForUnlessThatIsWanted) {
  auto listing = run({"models", "list", "--json"});

  EXPECT_EQ(server_.request_count(), 0U);
  EXPECT_FALSE(provider(listing.json(), "near").as_object().contains("models"));
}

TEST_F(RefreshedModels, FailWhenNobodyAnswers) {
  reply_ = {401, {}, R"({"error":{"message":"c4n4ry is no key"}})"};
  auto listing = run({"models", "list", "--refresh"});

  EXPECT_EQ(listing.exit, 1);
  EXPECT_THAT(listing.out, HasSubstr("near")) << "what is known is shown";
  EXPECT_THAT(listing.err, AllOf(HasSubstr("near: "), HasSubstr("LLM_NEAR"), Not(HasSubstr("c4n4ry"))));
}

}  // namespace
}  // namespace executus::testing
