// A run's journal as `runs events --json` prints it.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <boost/json.hpp>

namespace executus::crash {

using CallPlace = std::pair<int, int>;  // response, index

class JournalView final {
 public:
  JournalView() = default;
  // One JSON object per line; throws what boost::json throws for anything else.
  explicit JournalView(const std::string& lines);

  [[nodiscard]] bool empty() const { return entries_.empty(); }
  [[nodiscard]] const std::vector<boost::json::object>& entries() const { return entries_; }
  [[nodiscard]] int count(std::string_view kind) const;
  [[nodiscard]] int count(std::string_view kind, CallPlace call) const;
  // Everything `earlier` holds comes first in this one, unchanged.
  [[nodiscard]] bool continues(const JournalView& earlier) const;

 private:
  std::vector<boost::json::object> entries_;
};

[[nodiscard]] std::string_view kind_of(const boost::json::object& entry);
[[nodiscard]] CallPlace place_in(const boost::json::value& position);

}  // namespace executus::crash
