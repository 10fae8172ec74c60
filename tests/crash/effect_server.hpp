// The outside world of the crash tests: POST /effect makes an effect happen, GET /probe/KEY tells whether it did. It
// counts, and it never refuses, so that every repeat shows.
#pragma once

#include <map>
#include <mutex>
#include <set>
#include <string>

#include "quiescence.hpp"
#include "stage.hpp"

namespace executus::crash {

// What became of one call of the model, by the label in its arguments.
struct EffectRecord {
  int executions = 0;
  int deduped = 0;             // repeats that the key made harmless
  int on_used_connection = 0;  // requests that came over a connection used before
  std::set<std::string> keys;  // the idempotency keys it came with
};

struct EffectLog {
  std::map<std::string, EffectRecord> calls;
  int probes_yes = 0, probes_no = 0;

  [[nodiscard]] int executions(const std::string& label) const;
};

class EffectServer final {
 public:
  enum class Repeats { happen, deduped_by_key };

  EffectServer(Repeats repeats, Stage stage);

  [[nodiscard]] std::string effect_url() const { return server_.url("/effect"); }
  [[nodiscard]] std::string probe_url() const { return server_.url("/probe/{idempotency_key}"); }
  [[nodiscard]] EffectLog log() const;
  void let_arrive() const { wait_until_quiet(server_); }

 private:
  using Request = testing::HttpServer::Request;
  using Reply = testing::HttpServer::Reply;

  Reply answer(const Request& request);
  Reply act(const Request& request);
  Reply probe(const std::string& key);
  void happen(const std::string& label, const Request& request);

  Repeats repeats_;
  Stage stage_;
  mutable std::mutex mutex_;
  EffectLog log_;
  std::map<std::string, std::string> results_;  // by key
  testing::HttpServer server_;                  // last: its threads use what stands above
};

}  // namespace executus::crash
