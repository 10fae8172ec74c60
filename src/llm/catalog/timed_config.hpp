// A host's configuration that is asked at most once in a while for each key. Any thread.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include <executus/base/clock.hpp>

namespace executus::llm {

class TimedConfig final {
 public:
  using Source = std::function<std::optional<std::string>(const std::string& key)>;
  TimedConfig(Source source, Milliseconds ttl, const Clock& clock)
      : source_(std::move(source)), ttl_(ttl), clock_(clock) {}

  // What the source throws counts as nothing; what it said before stays then.
  [[nodiscard]] std::optional<std::string> get(const std::string& key);

 private:
  struct Known {
    std::optional<std::string> value;
    MonoTime until;
  };
  const Source source_;
  const Milliseconds ttl_;
  const Clock& clock_;
  std::mutex mutex_;
  std::map<std::string, Known> known_;
};

}  // namespace executus::llm
