// The team of examples/team in simulated days: processes of the real program, each of which lives at one time of these
// days and is killed there, a model and a receiver of the reports that count, and what is in the store afterwards.
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <boost/json.hpp>

#include <executus/executus.hpp>
#include <executus/testing/http_server.hpp>

#include "killer.hpp"
#include "model_server.hpp"
#include "process.hpp"

namespace executus::crash {

// What the receiver got: it drops a message whose id it knows.
struct Reports {
  std::map<std::string, std::string> runs;  // by the id of the message
  int repeats = 0;
  int not_genuine = 0;  // by its signature and the simulated time
};

class TeamDays final {
 public:
  // Each answer of the model costs this, in millionths of a dollar, and is held before it is asked for.
  static constexpr std::int64_t kCent = 10'000;
  static constexpr int kTopics = 3;  // of each report

  TeamDays();
  ~TeamDays();  // keeps the folder when the test failed
  TeamDays(const TeamDays&) = delete;
  TeamDays& operator=(const TeamDays&) = delete;

  // The time of processes that start from now on (clock_ahead.cpp): a moment after `time`.
  void go_to(WallTime time);

  // Runs a command to its end, which has to be a good one. What it prints.
  std::string call(const std::vector<std::string>& arguments);
  // Starts a command two minutes later, since what a dead process holds of a budget comes back after one, and kills it
  // as `blow` says, or when it is `idle`. False: it ended by itself.
  bool kill(const std::vector<std::string>& arguments, const std::optional<KillPlan>& blow,
            const std::function<bool()>& idle);

  // In the store, newest first.
  [[nodiscard]] std::vector<journal::RunRow> rows(const std::string& agent) const;
  [[nodiscard]] boost::json::object account(const std::string& name);  // as `budget show` says

  // By the servers' own count; asked of by the simulated time.
  [[nodiscard]] std::vector<WallTime> asked_by_researchers() const;
  [[nodiscard]] int asked() const;
  [[nodiscard]] Reports reports() const;
  [[nodiscard]] int kills() const { return kills_; }
  [[nodiscard]] const Finished& last() const { return last_; }  // of the processes that were to be killed

 private:
  [[nodiscard]] WallTime now() const { return system_clock().wall() + ahead_.load(); }
  [[nodiscard]] std::string database() const { return (folder_ / "store/executus.db").string(); }
  [[nodiscard]] Process start(const std::vector<std::string>& arguments) const;
  std::optional<Answer> think(const std::string& body);
  testing::HttpServer::Reply receive(const testing::HttpServer::Request& request);
  void note(const testing::HttpServer::Request& request);

  const std::filesystem::path folder_;
  std::atomic<std::chrono::seconds> ahead_{std::chrono::seconds(0)};
  Killer killer_;
  int kills_ = 0;
  Finished last_;
  mutable std::mutex mutex_;
  std::vector<WallTime> research_;
  Reports reports_;
  FixedEnvironment environment_{{{"HOME", "/nonexistent"}}};
  std::unique_ptr<Runtime> host_;  // reads the store; its clock is the real one
  ModelServer model_;              // last: the servers' threads use what stands above
  testing::HttpServer receiver_;
};

}  // namespace executus::crash
