// What the variables of tools stand for, whatever their names mean a secret by and however it is written, is in nothing
// that is written or said.
#include <sstream>

#include <executus/testing/http_server.hpp>

#include "cli_program.hpp"

namespace executus::testing {
namespace {

namespace fs = std::filesystem;

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kNames[] = {
    "API_TOKEN",     "CLIENT_SECRET",   "DB_PASSWORD",        "MYSQL_PASSWD",   "SSH_PASSPHRASE",
    "LOCK_PASSCODE", "DB_PWD",          "GOOGLE_CREDENTIALS", "SESSION_COOKIE", "THE_BEARER",
    "OAUTH_OF_IT",   "AUTHORIZATION",   "ACCESSKEY",          "APIKEY",         "PRIVATE_KEY",
    "SESSION_ID",    "WALLET_MNEMONIC", "SEED_PHRASE",        "BASIC_AUTH",     "SMTP_PASS",
    "ROOT_PW",       "CARD_PIN",        "LOGIN_OTP",          "LOGIN_TOTP",     "CARD_CVV",
    "CARD_CVC",      "THE_JWT",         "GITHUB_PAT",         "BLOB_SAS",       "WIFI_PSK",
    "TLS_PEM",       "GOOGLE_CRED",     "GOOGLE_CREDS",       "DEPLOY_KEY",     "KEY"};

// Two lines, in which a word can be found again.
std::string value_of(std::size_t i) {
  auto number = std::to_string(100 + i);
  return "-----BEGIN KEY-----\nc4n4ry" + number + "first\nc4n4ry" + number + "last\n-----END KEY-----\n";
}

class SecretVariables : public CliProgram {
 protected:
  SecretVariables() {
    std::string env, headers, calls;
    for (std::size_t i = 0; i < std::size(kNames); ++i) {
      std::string name = kNames[i];
      environment_[name] = value_of(i);
      environment_["ONE_LINE_" + name] = "c4n4ry" + std::to_string(100 + i) + "only";
      env += (i == 0 ? "" : ", ") + std::string("V") + std::to_string(i) + ": \"${" + name + "}\"";
      headers += (i == 0 ? "" : ", ") + std::string("X-") + std::to_string(i) + ": \"${ONE_LINE_" + name + "}\"";
    }
    environment_["PLAIN"] = "production-1";
    auto url = "\"http://127.0.0.1:" + std::to_string(server_.port()) + "/";
    auto http = [&](const std::string& path) {
      return "  - {name: " + path + ", description: H., method: GET, url: " + url + path + "\", headers: {" + headers +
             "}, effect: idempotent, allow_private_network: true}\n";
    };
    auto program = [&](const std::string& name, const std::string& command) {
      return "  - {name: " + name + ", description: P., command: [sh, -c, '" + command + "'], env: {" + env +
             ", PLAIN: \"${PLAIN}\"}, effect: idempotent}\n";
    };
    agent("a",
          "  - calls:\n    - {tool: prints, arguments: {}}\n    - {tool: packs, arguments: {}}\n    - {tool: fails, "
          "arguments: {}}\n    - {tool: good, arguments: {}}\n"
          "    - {tool: bad, arguments: {}}\n    - {tool: moved, arguments: {}}\n  - text: Done.\n",
          "http_tools:\n" + http("good") + http("bad") + http("moved") + "command_tools:\n" + program("prints", "env") +
              program("packs",
                      "for i in $(seq 0 40); do eval printf %s \\\"\\$V$i\\\" | base64; done; echo $V1$V2 $PLAIN") +
              program("fails", "env >&2; exit 3"));
  }
  // Quotes what it was sent.
  HttpServer::Reply answer(const HttpServer::Request& request) {
    std::string said = "of production-1:";
    for (const auto& [name, value] : request.headers)
      if (name.size() > 2 && (name[0] == 'X' || name[0] == 'x')) said += " " + name + "=" + value;
    if (request.target == "/bad") return {500, {}, said};
    auto first = request.header("X-0");
    if (request.target == "/moved") return {307, {{"Location", "/x?" + std::string(first.value_or(""))}}, said};
    return {200, {}, said};
  }
  [[nodiscard]] std::vector<std::string> files_with_a_secret() const {
    std::vector<std::string> found;
    for (const auto& file : fs::recursive_directory_iterator(folder())) {
      auto name = fs::relative(file.path(), folder()).string();
      auto text = file.is_regular_file() ? read(name) : "";
      for (const char* spelling : {"c4n4ry", "LS0tLS1CRUdJTi"})  // the latter is how base64 of all of them begins
        if (text.find(spelling) != std::string::npos) found.push_back(name + ": " + spelling);
    }
    return found;
  }

  HttpServer server_{[this](const HttpServer::Request& request) { return answer(request); }};
};

TEST_F(SecretVariables, AreInNothingThatIsWrittenOrSaid) {  // [LLM-09]
  auto done = run({"run", "a", "hi", "--record", "a.cassette", "--run-id", "r1"});
  for (const char* command : {"runs show r1", "runs events r1", "runs list", "agents show a", "doctor"}) {
    Arguments words;
    std::istringstream text(command);
    for (std::string word; text >> word;) words.push_back(word);
    (void)run(words);
    words.emplace_back("--json");
    (void)run(words);
  }

  ASSERT_EQ(done.out, "Done.\n") << done.err;
  auto events = run({"runs", "events", "r1", "--json"}).out;
  EXPECT_THAT(events, HasSubstr("V0=***"));
  EXPECT_THAT(events, HasSubstr("PLAIN=production-1")) << "the rest is shown";
  EXPECT_THAT(events, HasSubstr("exit code 3"));
  EXPECT_THAT(events, HasSubstr("of production-1: "));
  EXPECT_THAT(events, HasSubstr("leads to /x?***"));
  EXPECT_THAT(files_with_a_secret(), IsEmpty());
  EXPECT_EQ(server_.requests().back().header("X-3"), "c4n4ry103only") << "they were in use";
}

}  // namespace
}  // namespace executus::testing
