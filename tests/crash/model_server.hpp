// A model that follows the script (script.hpp) behind an OpenAI-compatible chat completions endpoint, and counts.
#pragma once

#include <map>
#include <mutex>
#include <set>
#include <string>

#include "quiescence.hpp"
#include "stage.hpp"

namespace executus::crash {

// What was asked for one run, by the number of assistant messages in the request.
struct ModelLog {
  std::map<int, int> asked;
  std::map<int, std::set<std::string>> bodies;  // the different request bodies

  [[nodiscard]] int total() const;
};

class ModelServer final {
 public:
  explicit ModelServer(Stage stage);

  [[nodiscard]] std::string url() const { return server_.url("/v1"); }
  [[nodiscard]] ModelLog log(const std::string& run) const;
  void settle() const { wait_until_quiet(server_); }

 private:
  using Request = testing::HttpServer::Request;
  using Reply = testing::HttpServer::Reply;

  Reply answer(const Request& request);
  void note(const std::string& run, int ordinal, const std::string& body);

  Stage stage_;
  mutable std::mutex mutex_;
  std::map<std::string, ModelLog> logs_;
  testing::HttpServer server_;  // last: its threads use what stands above
};

}  // namespace executus::crash
