#include "team_days.hpp"

#include <csignal>
#include <fstream>
#include <thread>

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <executus/deliver/webhook_signature.hpp>

#include "store_watch.hpp"

namespace executus::crash {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using std::chrono::seconds;

constexpr const char* kSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
constexpr const char* kModel = "lab/m?max_output_tokens=10";

// The team, and what its model costs: nothing but its answers, of ten tokens each.
fs::path make_folder() {
  auto pattern = (fs::temp_directory_path() / "executus-team-XXXXXX").string();
  fs::path folder = ::mkdtemp(pattern.data());
  fs::copy(fs::path(EXECUTUS_SOURCE) / "examples/team", folder, fs::copy_options::recursive);
  std::ofstream(folder / "prices.yaml") << "prices:\n  lab/m: {input: 0, output: 1000}\n";
  fs::create_directory(folder / "store");
  return folder;
}

std::unique_ptr<Runtime> make_host(const std::string& database, const Environment& environment) {
  RuntimeOptions options;
  options.database = database;
  options.environment = &environment;
  options.threads = 1;
  return std::make_unique<Runtime>(std::move(options));
}

bool is_genuine(const deliver::WebhookHeaders& headers, const std::string& body, WallTime now) {
  static const auto secret = deliver::WebhookSecret::parse(kSecret).value();
  return check_webhook(secret, headers, body, now) == deliver::WebhookCheck::genuine;
}

// Asks until the process has ended, or is idle; the bound is for what never comes.
void await(const Process& process, const std::function<bool()>& idle) {
  auto end = std::chrono::steady_clock::now() + std::chrono::minutes(5);
  for (siginfo_t info{}; info.si_pid == 0 && !idle();
       ::waitid(P_PID, static_cast<id_t>(process.pid()), &info, WEXITED | WNOHANG | WNOWAIT)) {
    if (std::chrono::steady_clock::now() > end) throw std::runtime_error("a process neither ends nor is idle");
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

}  // namespace

TeamDays::TeamDays()
    : folder_(make_folder()),
      host_(make_host(database(), environment_)),
      model_({.at = [this](Moment moment) { (void)killer_.at(moment); }},
             [this](const json::object& /*request*/, const std::string& body) { return think(body); }),
      receiver_([this](const testing::HttpServer::Request& request) { return receive(request); }) {}

TeamDays::~TeamDays() {
  host_ = nullptr;
  std::error_code ignored;
  if (!::testing::Test::HasFailure()) fs::remove_all(folder_, ignored);
}

void TeamDays::go_to(WallTime time) { ahead_ = std::chrono::floor<seconds>(time - system_clock().wall()) + seconds(1); }

Process TeamDays::start(const std::vector<std::string>& arguments) const {
  return Process(folder_, arguments,
                 {{"PATH", "/usr/local/bin:/usr/bin:/bin"},
                  {"HOME", folder_.string()},
                  {"LD_PRELOAD", EXECUTUS_CLOCK_AHEAD},
                  {"CLOCK_AHEAD_S", std::to_string(ahead_.load().count())},
                  {"EXECUTUS_DB", database()},
                  {"EXECUTUS_MODEL_TIER_FAST", kModel},
                  {"EXECUTUS_MODEL_TIER_THINKING", kModel},
                  {"LLM_LAB", "openai+" + model_.url()},
                  {"TEAM_HOOK", receiver_.url("/reports")},
                  {"TEAM_HOOK_SECRET", kSecret}});
}

std::string TeamDays::call(const std::vector<std::string>& arguments) {
  auto finished = start(arguments).finish();
  EXPECT_EQ(finished.exit, 0) << arguments[0] << ": " << finished.err;
  return finished.out;
}

bool TeamDays::kill(const std::vector<std::string>& arguments, const std::optional<KillPlan>& blow,
                    const std::function<bool()>& idle) {
  ahead_ = ahead_.load() + std::chrono::minutes(2);
  StoreWatch watch(folder_ / "store", [this] { (void)killer_.at(Moment::store_written); });
  auto process = start(arguments);
  if (blow) killer_.arm(process.pid(), *blow);
  await(process, idle);
  killer_.disarm();
  process.send(SIGKILL);
  last_ = process.finish();
  if (last_.killed) ++kills_;
  return last_.killed;
}

std::vector<journal::RunRow> TeamDays::rows(const std::string& agent) const {
  journal::RunFilter filter;
  filter.agent = agent;
  filter.limit = 1'000;
  return host_->runs().list(filter).get();
}

json::object TeamDays::account(const std::string& name) {
  return json::parse(call({"budget", "show", name, "--json"})).at(0).as_object();
}

std::vector<WallTime> TeamDays::asked_by_researchers() const {
  std::lock_guard lock(mutex_);
  return research_;
}

int TeamDays::asked() const {
  int all = 0;
  for (const auto& [who, log] : model_.logs()) all += log.total();
  return all;
}

Reports TeamDays::reports() const {
  std::lock_guard lock(mutex_);
  return reports_;
}

// Who asks is seen by the prompts of the example.
std::optional<Answer> TeamDays::think(const std::string& body) {
  auto says = [&](const char* text) { return body.find(text) != std::string::npos; };
  if (says("Name the topics")) return Answer{"editor", 0, R"({"topics": ["leases", "epochs", "outboxes"]})"};
  if (says("Write a report")) return Answer{"editor", 0, "All is well."};
  if (says("what may be wrong")) return Answer{"checker", 0, "Nothing is wrong."};
  if (!says("Answer with one sentence")) return std::nullopt;
  std::lock_guard lock(mutex_);
  research_.push_back(now());
  return Answer{"researcher", 0, "It is as it was."};
}

testing::HttpServer::Reply TeamDays::receive(const testing::HttpServer::Request& request) {
  (void)killer_.at(Moment::effect_asked);
  note(request);
  (void)killer_.at(Moment::effect_happened);
  return {204, {}, ""};
}

void TeamDays::note(const testing::HttpServer::Request& request) {
  auto header = [&](std::string_view name) { return std::string(request.header(name).value_or("")); };
  deliver::WebhookHeaders headers{header("webhook-id"), header("webhook-timestamp"), header("webhook-signature")};
  bool genuine = is_genuine(headers, request.body, now());
  std::string run(json::parse(request.body).at("data").at("run_id").as_string());
  std::lock_guard lock(mutex_);
  if (!genuine) ++reports_.not_genuine;
  if (!reports_.runs.try_emplace(headers.id, run).second) ++reports_.repeats;
}

}  // namespace executus::crash
