#include <executus/testing/http_server.hpp>

#include "cli_program.hpp"

namespace executus::testing {
namespace {

namespace fs = std::filesystem;

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kCanary = "c4n4ry-5ecret-0123456789";

// Keys stand wherever people put them: in DSNs, variables, headers of tools, and where they do not belong. The server
// quotes the key it was sent.
class Secrets : public CliProgram {
 protected:
  Secrets() {
    auto host = "127.0.0.1:" + std::to_string(server_.port());
    environment_["LLM_LAB"] = "openai+http://" + std::string(kCanary) + "@" + host + "/v1";
    environment_["OPENAI_API_KEY"] = environment_["CHARGE_TOKEN"] = kCanary;
    environment_["TENANT"] = "production-1";
    write("executus.yaml", "models: {aliases: {wrong: \"openai://" + std::string(kCanary) + "@host/v1\"}}\n");
    write("agents/a.yaml",
          "name: a\nmodel: lab/m\ntools: [charge]\nhttp_tools:\n  - {name: charge, description: C., url: \"http://" +
              host +
              "/charge\", headers: {Authorization: \"Bearer ${CHARGE_TOKEN}\", X-Tenant: \"${TENANT}\"}, effect: pure, "
              "allow_private_network: true}\n");
    write("agents/wrong.yaml", "name: wrong\nmodel: wrong\n");
  }
  HttpServer::Reply answer(const HttpServer::Request& request) {
    const std::vector<std::pair<std::string, std::string>> json{{"Content-Type", "application/json"}};
    if (request.target == "/charge")
      return {500, json, R"({"error":"not with )" + std::string(kCanary) + " in production-1\"}"};
    if (refuses_) return {401, json, R"({"error":{"message":"wrong key )" + std::string(kCanary) + "\"}}"};
    bool first = request.body.find("\"tool_call_id\"") == std::string::npos;
    return {
        200, json,
        first
            ? R"({"choices":[{"finish_reason":"tool_calls","message":{"tool_calls":[{"id":"1","function":{"name":"charge","arguments":"{}"}}]}}]})"
            : R"({"choices":[{"message":{"content":"Done."}}]})"};
  }
  // Everything the program wrote, and everything it said, but for what we wrote ourselves.
  [[nodiscard]] std::vector<std::string> files_with_the_key() const {
    std::vector<std::string> found;
    for (const auto& file : fs::recursive_directory_iterator(folder())) {
      auto name = fs::relative(file.path(), folder()).string();
      if (file.is_regular_file() && name != "executus.yaml" && read(name).find(kCanary) != std::string::npos)
        found.push_back(name);
    }
    return found;
  }

  bool refuses_ = false;
  HttpServer server_{[this](const HttpServer::Request& request) { return answer(request); }};
};

TEST_F(Secrets, AreInNothingThatIsWrittenOrSaid) {  // [LLM-09]
  auto done = run({"run", "a", "hi", "--record", "a.cassette", "--run-id", "r1"});
  refuses_ = true;
  auto refused = run({"run", "a", "hi", "--record", "a.cassette"});
  (void)run({"run", "wrong", "hi"});
  for (const char* command : {"models list", "models test lab/m", "models test wrong", "doctor", "runs list",
                              "runs show r1", "runs events r1", "agents show a", "runs pending"}) {
    CliProgram::Arguments words;
    std::istringstream text(command);
    for (std::string word; text >> word;) words.push_back(word);
    (void)run(words);
    words.emplace_back("--json");
    (void)run(words);
  }

  EXPECT_EQ(done.out, "Done.\n") << done.err;
  EXPECT_THAT(run({"runs", "show", "r1", "--json"}).out, HasSubstr("not with *** in production-1"));
  EXPECT_THAT(refused.err, HasSubstr("wrong key ***"));
  EXPECT_THAT(files_with_the_key(), IsEmpty());
  std::size_t sent = 0;
  for (const auto& request : server_.requests())
    sent += request.header("authorization") == "Bearer " + std::string(kCanary) ? 1 : 0;
  EXPECT_GE(sent, 4U) << "it was in use";
}

}  // namespace
}  // namespace executus::testing
